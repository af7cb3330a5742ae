"""How a workload is watched: real requests, and bounds of its metrics."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from pyfleet.model.base import CronSchedule, DnsLabel, Duration, Model
from pyfleet.model.secrets import SecretKey

Metric = Literal["running", "waiting", "iterations", "finished", "generatedTokens", "kvCacheUsage"]


FieldName = Annotated[str, Field(pattern=r"^[A-Za-z_][-_.A-Za-z0-9]*$")]
HeaderName = Annotated[str, Field(pattern=r"^[A-Za-z][-A-Za-z0-9]*$")]
HeaderValue = Annotated[str, Field(pattern=r"^[^\r\n]*$")]
SmallFile = Annotated[str, Field(pattern=r"^[A-Za-z0-9_][-_.A-Za-z0-9]*(/[A-Za-z0-9_][-_.A-Za-z0-9]*)*$")]


class Canary(Model):
    """One real request now and then, to what runs always. What has no metrics can be watched in no other way.

    `{model}` in the path and in what is sent is replaced by the model's name: the first of `discovery.models`, or that
    of `model`.
    """

    path: Annotated[str, Field(pattern=r"^/\S*$")] = Field(description="Path of the request.")
    port: DnsLabel | None = Field(None, description="Name of the port; by default the first.")
    json_body: dict[str, Any] | list[Any] | None = Field(
        None, alias="json", description="What is sent, as JSON; without it and `form` and `files` the request is a GET."
    )
    form: dict[FieldName, str] = Field({}, description="Fields of a form that is sent (multipart).")
    files: dict[FieldName, SmallFile] = Field(
        {}, description="Small files beside the fleet file, sent as fields of the form: a picture, a recording."
    )
    headers: dict[HeaderName, HeaderValue] = Field({}, description="Further headers, for what isn't secret.")
    api_key: SecretKey | None = Field(None, description="Sent as bearer token: `secret/key`.")
    schedule: CronSchedule = Field("*/15 * * * *", description="When it is sent.")
    timeout: Duration = Field("2m", description="How long an answer may take.")

    @model_validator(mode="after")
    def _one_body(self) -> Self:
        if self.json_body is not None and (self.form or self.files):
            raise ValueError("`json` is one way to send something, `form` and `files` are another: say one")
        return self


class Alert(Model):
    """An alert on a metric of the engine: exactly one of `above` and `below`."""

    metric: Metric = Field(
        description="Metric: `running`, `waiting` and `kvCacheUsage` as they are, counters per second over 5 minutes."
    )
    above: float | None = Field(None, description="It fires above this.")
    below: float | None = Field(None, description="It fires below this.")
    for_: Duration = Field("10m", alias="for", description="How long it has to be so.")

    @model_validator(mode="after")
    def _one_bound(self) -> Self:
        if (self.above is None) == (self.below is None):
            raise ValueError("say exactly one of `above` and `below`")
        return self
