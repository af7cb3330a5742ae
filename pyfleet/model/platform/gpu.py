"""How GPUs are given to pods, and jobs to GPUs."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from pyfleet.model.base import Model
from pyfleet.model.charts import PlatformChart


class GpuOperator(PlatformChart):
    """NVIDIA's GPU operator, without its driver and toolkit: the hosts have theirs."""


class GpuPlatform(Model):
    """How GPUs are given to pods."""

    operator: GpuOperator | None = Field(
        None, description="NVIDIA's GPU operator in place of the plain device plugin; it installs no driver."
    )
    device_plugin_version: Annotated[str, Field(pattern=r"^v[0-9]+\.[0-9]+\.[0-9]+$")] = Field(
        "v0.20.0", description="Release of NVIDIA's device plugin."
    )


class Kueue(PlatformChart):
    """Kueue: jobs wait in line until the cards they need are free."""


class Queueing(Model):
    """What holds jobs back until there is room."""

    kueue: Kueue = Field(description="Kueue. Queues are made from the workloads' `queue`, quotas from the hosts.")
