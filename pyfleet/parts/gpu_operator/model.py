"""Keys of the fleet file for NVIDIA's GPU operator."""

from __future__ import annotations

from pyfleet.model.charts import PlatformChart
from pyfleet.offers.settings import Settings


class GpuOperator(PlatformChart):
    """NVIDIA's GPU operator, without its driver and toolkit: the hosts have theirs."""


OPERATOR = Settings[GpuOperator | None](
    "gpu.operator",
    GpuOperator | None,
    None,
    "NVIDIA's GPU operator in place of the plain device plugin; it installs no driver.",
)
