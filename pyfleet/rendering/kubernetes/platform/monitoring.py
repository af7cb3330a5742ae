"""Rules, dashboards, and the exporter of the GPUs' figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.rendering.kubernetes.app import App, Object, metadata
from pyfleet.rendering.kubernetes.platform.dashboards import dashboard_config
from pyfleet.rendering.kubernetes.platform.dcgm import exporter_objects
from pyfleet.rendering.kubernetes.rules import group_body

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.planning.types import MonitoringPlan, Plan

RULES = {
    "prometheus": ("monitoring.coreos.com/v1", "PrometheusRule"),
    "victoria-metrics": ("operator.victoriametrics.com/v1beta1", "VMRule"),
}


def monitoring(plan: Plan) -> App | None:
    """Render what stands beside the stack's chart."""
    watched = plan.monitoring
    return App("platform/monitoring", tuple(_objects(watched))) if watched else None


def _objects(watched: MonitoringPlan) -> Iterator[Object]:
    if watched.rules:
        yield _rules(watched)
    for dashboard in watched.dashboards:
        yield dashboard_config(dashboard, watched.namespace)
    yield from exporter_objects(watched)


def _rules(watched: MonitoringPlan) -> Object:
    api, kind = RULES[watched.kind]
    return {
        "apiVersion": api,
        "kind": kind,
        "metadata": metadata("fleet", watched.namespace),
        "spec": {"groups": [group_body(group) for group in watched.rules]},
    }
