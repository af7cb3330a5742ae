"""KEDA: replicas of a workload by the length of a queue."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pyfleet.checks.registry import checks_of
from pyfleet.offers.charts import NeededChart
from pyfleet.offers.part import Part
from pyfleet.parts.keda import checks
from pyfleet.parts.keda.objects import entry_objects

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.resolved import Resolved


def _charts(resolved: Resolved) -> Iterator[NeededChart]:
    if any(workload.autoscale for workload in resolved.fleet.workloads.values()):
        yield NeededChart("keda")


part = Part(
    name="keda",
    catalog=Path(__file__).with_name("charts.yaml"),
    checks=checks_of(checks),
    charts=_charts,
    entry_objects=entry_objects,
)
