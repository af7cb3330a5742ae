"""Decide quotas of namespaces."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyfleet.nvidia import DEVICES_QUOTA, GPU_RESOURCE
from pyfleet.placement.demands import pods_of
from pyfleet.resolved.gpus import dra_hosts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyfleet.placement import Assignment
    from pyfleet.resolved import Resolved


@dataclass(frozen=True, slots=True)
class QuotaPlan:
    """Quota of a namespace."""

    namespace: str
    hard: dict[str, str]


def quota_plans(resolved: Resolved, assignments: Iterable[Assignment]) -> tuple[QuotaPlan, ...]:
    """Decide quotas: of GPUs what all workloads of the namespace request together.

    That may be more than the fleet has. A pod that waits for a card counts as well as one that runs, and a pod over the
    quota is refused before the scheduler sees it: bounded by the cards, a job that outranks what runs would never come
    to preempt it, and one that waits its turn would never be made.
    """
    fleet = resolved.fleet
    by_dra = set(dra_hosts(resolved))
    claiming = {row.workload for row in assignments if row.host in by_dra}
    # Extended resources can't be overcommitted: Kubernetes refuses a quota on `limits.` of them. Cards that are claimed
    # by DRA count under another key, so each kind has its own quota.
    of_plugin, of_claims = f"requests.{GPU_RESOURCE}", DEVICES_QUOTA
    requested: dict[tuple[str, str], int] = defaultdict(int)
    for name, workload in fleet.workloads.items():
        if workload.gpu:
            resource = of_claims if name in claiming else of_plugin
            requested[workload.namespace, resource] += workload.gpu.count * pods_of(workload)
    plans = []
    for namespace in sorted({*(namespace for namespace, _ in requested), *fleet.quotas}):
        hard = {
            resource: str(requested[namespace, resource])
            for resource in (of_plugin, of_claims)
            if requested[namespace, resource]
        }
        quota = fleet.quotas.get(namespace)
        if quota and quota.requests_memory:
            hard["requests.memory"] = quota.requests_memory
        if quota and quota.limits_memory:
            hard["limits.memory"] = quota.limits_memory
        if hard:
            plans.append(QuotaPlan(namespace, hard))
    return tuple(plans)
