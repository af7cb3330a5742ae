"""Rules, dashboards, and the exporter of the GPUs' figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.rendering.kubernetes.app import App, Object
from pyfleet.rendering.kubernetes.platform.dashboards import dashboard_config
from pyfleet.rendering.kubernetes.platform.dcgm import exporter_objects
from pyfleet.rendering.kubernetes.rules import rules_object

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.planning.types.monitoring import MonitoringPlan
    from pyfleet.planning.types.whole import Plan


def monitoring(plan: Plan) -> App | None:
    """Render what stands beside the stack's chart."""
    watched = plan.monitoring
    return App("platform/monitoring", tuple(_objects(watched))) if watched else None


def _objects(watched: MonitoringPlan) -> Iterator[Object]:
    yield rules_object(watched.kind, "fleet", watched.namespace, [each for each in watched.rules if each.entry is None])
    for dashboard in watched.dashboards:
        yield dashboard_config(dashboard, watched.namespace)
    yield from exporter_objects(watched)
