"""Decide monitoring: the stack, what is scraped, what is alerted on, what is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.planning.platform.alerts import alert_rules
from pyfleet.planning.platform.canaries import canary_plans
from pyfleet.planning.platform.dashboards import dashboard_plans
from pyfleet.planning.platform.dcgm import dcgm_exporters, dcgm_operator
from pyfleet.planning.platform.scrapes import scrape_plans
from pyfleet.planning.platform.stacks import prometheus_values, victoria_metrics_values
from pyfleet.planning.types.monitoring import MonitoringPlan
from pyfleet.planning.types.platform import NeededChart

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.planning.types.workloads import WorkloadPlan
    from pyfleet.resolved import Resolved


def monitoring_charts(resolved: Resolved) -> Iterator[NeededChart]:
    """Name the chart of the stack, where the fleet asks for one."""
    monitoring = resolved.fleet.platform.monitoring
    if monitoring is None:
        return
    stack = monitoring.stack
    values = prometheus_values if monitoring.prometheus else victoria_metrics_values
    yield NeededChart(stack.CHART, values(resolved, monitoring), stack.version, stack.values)


def monitoring_plan(resolved: Resolved, workloads: tuple[WorkloadPlan, ...]) -> MonitoringPlan | None:
    """Decide everything about monitoring but the chart's values."""
    monitoring = resolved.fleet.platform.monitoring
    if monitoring is None:
        return None
    canaries = canary_plans(resolved, workloads)
    return MonitoringPlan(
        kind="prometheus" if monitoring.prometheus else "victoria-metrics",
        namespace=resolved.chart_of(monitoring.stack.CHART).namespace,
        scrapes=tuple(scrape_plans(resolved, workloads)),
        dcgm=dcgm_exporters(resolved),
        dcgm_operator=dcgm_operator(resolved),
        rules=alert_rules(resolved, workloads, canaries),
        dashboards=tuple(dashboard_plans(resolved, workloads, canaries)),
        canaries=canaries,
    )
