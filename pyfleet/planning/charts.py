"""Decide charts: the fleet's own, and those that parts of it need. A chart of the fleet's own wins over ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyfleet.planning.device_plugin import OPERATOR, plugin_runtimes
from pyfleet.planning.dra import dra_driver_values, dra_hosts
from pyfleet.planning.gpu_operator import gpu_operator_values
from pyfleet.planning.types import ChartPlan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.planning.inventory import Inventory


def chart_plans(inventory: Inventory) -> tuple[ChartPlan, ...]:
    """Decide all charts, by name."""
    charts = dict(inventory.fleet.charts)
    for name, version, values in _needed(inventory):
        if name not in charts:
            known = inventory.charts[name]
            update = {"version": version or known.version, "values": {**known.values, **values}}
            charts[name] = known.model_copy(update=update)
    return tuple(
        ChartPlan(name, c.repo, c.chart, c.version, c.namespace, c.values) for name, c in sorted(charts.items())
    )


def _needed(inventory: Inventory) -> Iterator[tuple[str, str | None, dict[str, Any]]]:
    """Name the charts that something needs, with the version if the fleet says one, and values."""
    platform = inventory.fleet.platform
    workloads = inventory.fleet.workloads.values()
    if platform.queueing:
        yield "kueue", platform.queueing.kueue.version, {}
    if platform.gpu.operator and plugin_runtimes(inventory):
        yield OPERATOR, platform.gpu.operator.version, gpu_operator_values(inventory)
    if dra_hosts(inventory):
        yield "dra-driver-nvidia-gpu", None, dra_driver_values(inventory)
    if any(workload.kind == "LeaderWorkerSet" for workload in workloads):
        yield "lws", None, {}
    if any(workload.autoscale for workload in workloads):
        yield "keda", None, {}
