"""Decide monitoring: the stack, what is scraped, what is alerted on, what is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.planning.platform.alerts import alert_rules
from pyfleet.planning.platform.canaries import canary_plans
from pyfleet.planning.platform.dashboards import dashboard_plans
from pyfleet.planning.platform.dcgm import dcgm_exporters, dcgm_operator
from pyfleet.planning.platform.scrapes import scrape_plans
from pyfleet.planning.platform.stacks import prometheus_values, victoria_metrics_values
from pyfleet.planning.types import MonitoringPlan, NeededChart

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.planning.inventory import Inventory
    from pyfleet.planning.types import WorkloadPlan


def monitoring_charts(inventory: Inventory) -> Iterator[NeededChart]:
    """Name the chart of the stack, where the fleet asks for one."""
    monitoring = inventory.fleet.platform.monitoring
    if monitoring is None:
        return
    stack = monitoring.stack
    values = prometheus_values if monitoring.prometheus else victoria_metrics_values
    yield NeededChart(stack.CHART, values(inventory, monitoring), stack.version, stack.values)


def monitoring_plan(inventory: Inventory, workloads: tuple[WorkloadPlan, ...]) -> MonitoringPlan | None:
    """Decide everything about monitoring but the chart's values."""
    monitoring = inventory.fleet.platform.monitoring
    if monitoring is None:
        return None
    canaries = canary_plans(inventory, workloads)
    return MonitoringPlan(
        kind="prometheus" if monitoring.prometheus else "victoria-metrics",
        namespace=inventory.chart_of(monitoring.stack.CHART).namespace,
        scrapes=tuple(scrape_plans(inventory, workloads)),
        dcgm=dcgm_exporters(inventory),
        dcgm_operator=dcgm_operator(inventory),
        rules=alert_rules(inventory, workloads, canaries),
        dashboards=tuple(dashboard_plans(inventory, workloads, canaries)),
        canaries=canaries,
    )
