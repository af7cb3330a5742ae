"""What runs in the cluster for the workloads' sake."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from pyfleet.model.base import DnsLabel, DnsSubdomain, Model, Quantity


class GpuOperator(Model):
    """NVIDIA's GPU operator, without its driver and toolkit: the hosts have theirs."""

    version: Annotated[str, Field(pattern=r"^v?[0-9]+\.[0-9]+\.[0-9]+$")] | None = Field(
        None, description="Version of the chart; by default the catalog's."
    )


class GpuPlatform(Model):
    """How GPUs are given to pods."""

    operator: GpuOperator | None = Field(
        None, description="NVIDIA's GPU operator in place of the plain device plugin; it installs no driver."
    )
    device_plugin_version: Annotated[str, Field(pattern=r"^v[0-9]+\.[0-9]+\.[0-9]+$")] = Field(
        "v0.20.0", description="Release of NVIDIA's device plugin."
    )


class Kueue(Model):
    """Kueue: jobs wait in line until the cards they need are free."""

    version: Annotated[str, Field(pattern=r"^[0-9]+\.[0-9]+\.[0-9]+$")] | None = Field(
        None, description="Version of the chart; by default the catalog's."
    )


class Queueing(Model):
    """What holds jobs back until there is room."""

    kueue: Kueue = Field(description="Kueue. Queues are made from the workloads' `queue`, quotas from the hosts.")


class Platform(Model):
    """Parts of the platform. Each is absent unless asked for."""

    gpu: GpuPlatform = Field(GpuPlatform(), description="How GPUs are given to pods.")
    queueing: Queueing | None = Field(None, description="What holds jobs back.")


class Priority(Model):
    """A PriorityClass."""

    value: Annotated[int, Field(ge=-2147483648, le=1000000000)] = Field(description="Higher goes first.")
    default: bool = Field(default=False, description="For pods that name no class.")
    description: str = Field("", description="What it is for.")


def _short_priority(value: object) -> object:
    return {"value": value} if isinstance(value, int) and not isinstance(value, bool) else value


AnyPriority = Annotated[Priority, BeforeValidator(_short_priority, json_schema_input_type=int | Priority)]


class Quota(Model):
    """Bounds of a namespace's main memory. Its bound of GPUs is derived."""

    requests_memory: Quantity | None = Field(None, description="Sum of its pods' memory requests.")
    limits_memory: Quantity | None = Field(None, description="Sum of its pods' memory limits.")


class Chart(Model):
    """A Helm chart, installed by k3s' Helm controller."""

    repo: str | None = Field(None, pattern=r"^(https|oci)://\S+$", description="Repository of charts.")
    chart: str = Field(min_length=1, description="Name of the chart, or its oci:// address.")
    version: str = Field(min_length=1, description="Version of the chart.")
    namespace: DnsSubdomain = Field(description="Namespace it is installed in.")
    values: dict[str, Any] = Field({}, description="Values of the chart.")


Charts = dict[DnsLabel, Chart]
