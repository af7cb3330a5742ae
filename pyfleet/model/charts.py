"""Helm charts: those of a fleet, and the settings of every platform part that is a chart."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from pyfleet.model.base import Cpu, DnsLabel, DnsSubdomain, Model, Quantity
from pyfleet.model.expose import ChartExpose
from pyfleet.shared import PATTERNS

ChartVersion = Annotated[str, Field(min_length=1)]
SecretItem = Annotated[str, Field(pattern=f"^{PATTERNS['secretItem']}$")]


class ChartPods(Model):
    """Pods of one kind that a chart makes. What they request is booked on hosts, and isn't there for workloads."""

    cpu: Cpu | None = Field(None, description="CPUs that each requests.")
    memory: Quantity | None = Field(None, description="Main memory that each requests.")
    uses: Quantity | None = Field(None, description="Main memory that each takes, where it requests none or less.")
    replicas: Annotated[int, Field(ge=1, le=1000)] = Field(1, description="How many there are.")
    every_host: bool = Field(default=False, description="A DaemonSet: one on each host.")
    resources: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$")] | None = Field(
        None, description="Where the chart's values set its resources, such as `server.resources`; they go first."
    )
    unless: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$")] | None = Field(
        None, description="The part of the values that leaves it out by `enabled: false`."
    )


class Chart(Model):
    """A Helm chart, installed by k3s' Helm controller, or by Argo CD where the fleet has it."""

    repo: str | None = Field(None, pattern=r"^(https|oci)://\S+$", description="Repository of charts.")
    chart: str = Field(min_length=1, description="Name of the chart, or its oci:// address.")
    version: ChartVersion = Field(description="Version of the chart.")
    namespace: DnsLabel = Field(description="Namespace it is installed in.")
    values: dict[str, Any] = Field({}, description="Values of the chart.")
    credentials: DnsSubdomain | None = Field(
        None, description="Secret with `username` and `password`, for a private repository of charts."
    )
    secrets: dict[DnsSubdomain, list[SecretItem]] = Field(
        {}, description="Secrets in its namespace that its values name, and their keys."
    )
    expose: ChartExpose | None = Field(None, description="How a Service that it makes is reached from outside.")
    storage_classes: list[DnsSubdomain] = Field([], description="StorageClasses that it brings.")
    pods: dict[DnsLabel, ChartPods] = Field({}, description="Pods that it makes, by name, for what they book on hosts.")
    operator: bool = Field(
        default=False, description="It brings CRDs that other objects need, so it is installed before them."
    )


class PlatformChart(Model):
    """A part of the platform that is installed by a chart of the catalog."""

    version: ChartVersion | None = Field(None, description="Version of the chart; by default the catalog's.")
    values: dict[str, Any] = Field({}, description="Values of the chart, over those that are derived.")


Charts = dict[DnsLabel, Chart]
