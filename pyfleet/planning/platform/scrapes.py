"""Decide which workloads are asked for figures, and how."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.planning.types.monitoring import ScrapePlan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.planning.types.workloads import WorkloadPlan
    from pyfleet.resolved import Resolved

NAME_LABEL = "app.kubernetes.io/name"


def scrape_plans(resolved: Resolved, workloads: tuple[WorkloadPlan, ...]) -> Iterator[ScrapePlan]:
    """Decide a scrape for each workload that answers requests, and whose engine tells figures."""
    for workload in workloads:
        metrics = resolved.metrics_of(resolved.fleet.workloads[workload.name])
        if metrics is None:
            continue
        ports = [port.name for port in workload.ports]
        yield ScrapePlan(
            name=workload.name,
            namespace=workload.namespace,
            labels={NAME_LABEL: workload.name},
            port=metrics.port if metrics.port in ports else ports[0],
            path=metrics.path,
            key=workload.secret_env.get(metrics.key) if metrics.key else None,
        )
