"""Scrapes of the workloads that expose metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.rendering.kubernetes.app import NAME_LABEL, Object, metadata
from pyfleet.rendering.kubernetes.scrapes import service_scrape

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyfleet.model.catalog import Metrics
    from pyfleet.offers.offers import Stack
    from pyfleet.planning.types.whole import Plan
    from pyfleet.planning.types.workloads import WorkloadPlan


def entry_objects(plan: Plan) -> Mapping[str, list[Object]]:
    """Render the scrape of each workload that answers requests and whose engine exposes metrics, by its folder."""
    stack = plan.resolved.offers.metrics
    if not stack:
        return {}
    exposed = ((workload, plan.resolved.metrics_of(workload.spec)) for workload in plan.workloads)
    return {workload.folder: [_scrape(stack, workload, metrics)] for workload, metrics in exposed if metrics}


def _scrape(stack: Stack, workload: WorkloadPlan, metrics: Metrics) -> Object:
    ports = [port.name for port in workload.ports]
    endpoint: Object = {"port": metrics.port if metrics.port in ports else ports[0], "path": metrics.path}
    key = workload.secret_env.get(metrics.key) if metrics.key else None
    if key:
        endpoint["authorization"] = {"type": "Bearer", "credentials": {"name": key[0], "key": key[1]}}
    labels = {NAME_LABEL: workload.name}
    return service_scrape(stack, metadata(workload.name, workload.spec.namespace, labels=labels), labels, endpoint)
