"""Decide everything but the cards: which server is first, the budget of each probe, which ports are open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.nvidia import RUNTIME_OF_K3S
from pyfleet.planning.hosts import k3s_plan, node_plans
from pyfleet.planning.order import with_ties
from pyfleet.planning.priorities import priority_plans
from pyfleet.planning.quotas import quota_plans
from pyfleet.planning.routes import routes_of
from pyfleet.planning.scheduling import Scheduling
from pyfleet.planning.services import external_services
from pyfleet.planning.start_order import start_order, with_start_order
from pyfleet.planning.storage import local_directories, nfs_hosts, storage_plans
from pyfleet.planning.types.whole import Plan
from pyfleet.planning.workloads import workload_plan
from pyfleet.resolved.gpus import plugin_runtimes
from pyfleet.resolved.manifests import manifests

if TYPE_CHECKING:
    from pyfleet.placement import Placement
    from pyfleet.resolved import Resolved

__all__ = ["Plan", "plan"]

_KUBERNETES_OWN = frozenset({"default", "kube-system", "kube-public", "kube-node-lease"})


def plan(resolved: Resolved, placement: Placement) -> Plan:
    """Decide everything about a fleet that has passed its checks, with the cards that were placed.

    Returns:
        The plan. GPU workloads that fit nowhere are in `unplaced`; `check` reports them as errors.
    """
    fleet = resolved.fleet
    waits = start_order(resolved, placement.assignments)
    assignments = with_start_order(placement.assignments, waits)
    scheduling = Scheduling(resolved, assignments, waits, placement)
    assignments = with_ties(assignments, scheduling.ties_that_show)
    storage = storage_plans(fleet)
    workloads = tuple(
        workload_plan(name, workload, resolved, scheduling, storage)
        for name, workload in sorted(fleet.workloads.items())
    )
    return Plan(
        resolved=resolved,
        k3s=k3s_plan(resolved),
        nodes=node_plans(resolved, nfs_hosts(fleet, workloads), local_directories(storage.values())),
        assignments=assignments,
        cards=placement.cards,
        unplaced=placement.unplaced,
        hosts=placement.hosts,
        crowded=placement.crowded,
        namespaces=_namespaces(resolved),
        priorities=priority_plans(resolved, scheduling.making_way),
        runtime_classes=tuple(runtime for runtime in plugin_runtimes(resolved) if runtime != RUNTIME_OF_K3S),
        quotas=quota_plans(resolved, assignments),
        storage=tuple(storage.values()),
        workloads=workloads,
        services=external_services(fleet),
        routes=routes_of(resolved),
        manifests=manifests(fleet),
    )


def _namespaces(resolved: Resolved) -> tuple[str, ...]:
    """Decide the namespaces to make: all that any object is in, except Kubernetes' own.

    Those of charts too: objects beside a chart, such as its Secret, must not wait for the chart.
    """
    fleet = resolved.fleet
    used = {workload.namespace for workload in fleet.workloads.values()}
    used |= {service.namespace for service in fleet.services.values()}
    used |= {chart.spec.namespace for chart in resolved.charts} | set(fleet.quotas)
    return tuple(sorted((used | set(resolved.offers.namespaces)) - _KUBERNETES_OWN))
