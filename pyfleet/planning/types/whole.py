"""The whole plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyfleet.placement import Assignment, CardUse, Crowded, HostUse, Unplaced
    from pyfleet.planning.priorities import PriorityPlan
    from pyfleet.planning.quotas import QuotaPlan
    from pyfleet.planning.routes import Route
    from pyfleet.planning.types.hosts import K3sPlan, NodePlan
    from pyfleet.planning.types.services import ExternalServicePlan
    from pyfleet.planning.types.storage import StoragePlan
    from pyfleet.planning.types.workloads import WorkloadPlan
    from pyfleet.resolved import Resolved


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything that was decided for a fleet, beside the fleet itself."""

    resolved: Resolved
    k3s: K3sPlan
    nodes: tuple[NodePlan, ...]
    assignments: tuple[Assignment, ...]
    cards: tuple[CardUse, ...]
    unplaced: tuple[Unplaced, ...]
    hosts: tuple[HostUse, ...]
    """What is booked of each host all the time."""
    crowded: tuple[Crowded, ...]
    namespaces: tuple[str, ...]
    priorities: tuple[PriorityPlan, ...]
    runtime_classes: tuple[str, ...]
    quotas: tuple[QuotaPlan, ...]
    storage: tuple[StoragePlan, ...]
    workloads: tuple[WorkloadPlan, ...]
    services: tuple[ExternalServicePlan, ...]
    routes: tuple[Route, ...]
    manifests: tuple[tuple[str, str | dict[str, Any]], ...]
    """File name, and its text or its one object."""
