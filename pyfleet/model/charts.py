"""Helm charts: those of a fleet, and the settings of every platform part that is a chart."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from pyfleet.model.base import DnsLabel, DnsSubdomain, Model
from pyfleet.model.expose import ChartExpose
from pyfleet.shared import PATTERNS

ChartVersion = Annotated[str, Field(min_length=1)]
SecretItem = Annotated[str, Field(pattern=f"^{PATTERNS['secretItem']}$")]


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
    operator: bool = Field(
        default=False, description="It brings CRDs that other objects need, so it is installed before them."
    )


class PlatformChart(Model):
    """A part of the platform that is installed by a chart of the catalog."""

    version: ChartVersion | None = Field(None, description="Version of the chart; by default the catalog's.")
    values: dict[str, Any] = Field({}, description="Values of the chart, over those that are derived.")


Charts = dict[DnsLabel, Chart]
