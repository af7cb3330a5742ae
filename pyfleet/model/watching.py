"""How a workload is watched: real requests, and bounds of its figures."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from pyfleet.model.base import CronSchedule, DnsLabel, Duration, Model
from pyfleet.model.secrets import SecretKey

Metric = Literal["running", "waiting", "iterations", "finished", "generatedTokens", "kvCacheUsage"]


class Canary(Model):
    """One real request now and then. What has no figures can be watched in no other way."""

    path: Annotated[str, Field(pattern=r"^/\S*$")] = Field(description="Path of the request.")
    port: DnsLabel | None = Field(None, description="Name of the port; by default the first.")
    json_body: dict[str, Any] | list[Any] | None = Field(
        None, alias="json", description="What is sent, as JSON; without it the request is a GET."
    )
    api_key: SecretKey | None = Field(None, description="Sent as bearer token: `secret/key`.")
    schedule: CronSchedule = Field("*/15 * * * *", description="When it is sent.")
    timeout: Duration = Field("2m", description="How long an answer may take.")


class Alert(Model):
    """An alert on a figure of the engine: exactly one of `above` and `below`."""

    metric: Metric = Field(
        description="Figure: `running`, `waiting` and `kvCacheUsage` as they are, counters per second over 5 minutes."
    )
    above: float | None = Field(None, description="It fires above this.")
    below: float | None = Field(None, description="It fires below this.")
    for_: Duration = Field("10m", alias="for", description="How long it has to be so.")

    @model_validator(mode="after")
    def _one_bound(self) -> Self:
        if (self.above is None) == (self.below is None):
            raise ValueError("say exactly one of `above` and `below`")
        return self
