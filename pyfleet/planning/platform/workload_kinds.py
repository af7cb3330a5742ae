"""Decide the charts that bring what workloads are of: groups of pods, copies on demand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.planning.types.platform import NeededChart

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.resolved import Resolved


def workload_kind_charts(resolved: Resolved) -> Iterator[NeededChart]:
    """Name the charts of LeaderWorkerSet and KEDA, where a workload needs them."""
    workloads = resolved.fleet.workloads.values()
    if any(workload.kind == "LeaderWorkerSet" for workload in workloads):
        yield NeededChart("lws")
    if any(workload.autoscale for workload in workloads):
        yield NeededChart("keda")
