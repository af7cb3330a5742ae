"""How a workload is watched: by real requests, and by alerts on its metrics."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from pyfleet.model.base import CronSchedule, Duration, Model, PortReference
from pyfleet.model.secrets import SecretKey

Metric = Literal["running", "waiting", "iterations", "finished", "generatedTokens", "kvCacheUsage"]


FieldName = Annotated[str, Field(pattern=r"^[A-Za-z_][-_.A-Za-z0-9]*$")]
HeaderName = Annotated[str, Field(pattern=r"^[A-Za-z][-A-Za-z0-9]*$")]
HeaderValue = Annotated[str, Field(pattern=r"^[^\r\n]*$")]
SmallFile = Annotated[str, Field(pattern=r"^[A-Za-z0-9_][-_.A-Za-z0-9]*(/[A-Za-z0-9_][-_.A-Za-z0-9]*)*$")]


class Canary(Model):
    """A real request, sent on a schedule to what always runs: the only way to watch what has no metrics.

    `{model}` in the path and in what is sent is replaced by the model's name: the first of `discovery.models`, or that
    of `model`.
    """

    path: Annotated[str, Field(pattern=r"^/\S*$")] = Field(description="Path of the request.")
    port: PortReference | None = Field(None, description="Name of the port; by default the first.")
    json_body: dict[str, Any] | list[Any] | None = Field(
        None, alias="json", description="Body, as JSON; without `json`, `form` and `files` the request is a GET."
    )
    form: dict[FieldName, str] = Field({}, description="Fields of a form that is sent (multipart).")
    files: dict[FieldName, SmallFile] = Field(
        {}, description="Small files beside the fleet file, sent as fields of the form: a picture, a recording."
    )
    headers: dict[HeaderName, HeaderValue] = Field({}, description="Further headers, for what isn't secret.")
    api_key: SecretKey | None = Field(None, description="Sent as bearer token: `secret/key`.")
    schedule: CronSchedule = Field("*/15 * * * *", description="When it is sent: a cron schedule.")
    timeout: Duration = Field("2m", description="Longest time that an answer may take.")

    @model_validator(mode="after")
    def _one_body(self) -> Self:
        if self.json_body is not None and (self.form or self.files):
            raise ValueError("a request has one body: set either `json`, or `form` and `files`")
        return self


class Alert(Model):
    """An alert on a metric of the engine: exactly one of `above` and `below`."""

    metric: Metric = Field(
        description="Metric. `running`, `waiting` and `kvCacheUsage` are gauges; counters: per second, over 5 minutes."
    )
    above: float | None = Field(None, description="It fires above this.")
    below: float | None = Field(None, description="It fires below this.")
    for_: Duration = Field("10m", alias="for", description="How long the condition has to hold.")

    @model_validator(mode="after")
    def _one_bound(self) -> Self:
        if (self.above is None) == (self.below is None):
            raise ValueError("set exactly one of `above` and `below`")
        return self
