"""Decide charts: the fleet's own, and those that parts of the platform need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyfleet.planning.platform.certificates import certificate_charts
from pyfleet.planning.platform.gitops import gitops_charts
from pyfleet.planning.platform.gpus import gpu_charts
from pyfleet.planning.platform.load_balancer import load_balancer_charts
from pyfleet.planning.platform.monitoring import monitoring_charts
from pyfleet.planning.platform.queueing import queueing_charts
from pyfleet.planning.platform.secrets import secret_charts
from pyfleet.planning.platform.traefik import traefik_charts
from pyfleet.planning.platform.values import merged
from pyfleet.planning.platform.workload_kinds import workload_kind_charts
from pyfleet.planning.types.platform import ChartPlan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pyfleet.model.charts import Chart
    from pyfleet.planning.types.platform import NeededChart
    from pyfleet.resolved import Resolved

PARTS: tuple[Callable[[Resolved], Iterator[NeededChart]], ...] = (
    certificate_charts,
    gitops_charts,
    gpu_charts,
    load_balancer_charts,
    monitoring_charts,
    queueing_charts,
    secret_charts,
    traefik_charts,
    workload_kind_charts,
)
"""Each names the charts that its part of the platform needs, if the fleet asks for it."""


def chart_plans(resolved: Resolved) -> tuple[ChartPlan, ...]:
    """Decide all charts, by name.

    An entry under `charts:` with the name of one of ours takes its place, and its values go over those that follow.
    """
    own = dict(resolved.fleet.charts)
    plans = {name: _plan(name, chart, chart.version, chart.values) for name, chart in own.items()}
    for part in PARTS:
        for needed in part(resolved):
            chart = resolved.chart_of(needed.name)
            version = chart.version if needed.name in own else needed.pinned_version or chart.version
            values = merged(needed.values, chart.values) if needed.name in own else merged(chart.values, needed.values)
            plans[needed.name] = _plan(needed.name, chart, version, merged(values, needed.user_values))
    return tuple(plan for _, plan in sorted(plans.items()))


def _plan(name: str, chart: Chart, version: str, values: dict[str, Any]) -> ChartPlan:
    return ChartPlan(name, chart.repo, chart.chart, version, chart.namespace, values, chart.credentials, chart.operator)
