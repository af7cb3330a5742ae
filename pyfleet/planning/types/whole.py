"""The whole plan."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyfleet.placement.types import Assignment, CardUse, Unplaced
    from pyfleet.planning.types.gitops import GitOpsPlan
    from pyfleet.planning.types.gpus import DevicePluginPlan
    from pyfleet.planning.types.hosts import K3sPlan, NodePlan
    from pyfleet.planning.types.monitoring import MonitoringPlan
    from pyfleet.planning.types.network import CertificatesPlan, MetalLbPlan, RoutePlan, TraefikPlan, TunnelPlan
    from pyfleet.planning.types.platform import ChartPlan, PriorityPlan, QueueingPlan, QuotaPlan
    from pyfleet.planning.types.secrets import SecretsPlan
    from pyfleet.planning.types.services import ExternalServicePlan
    from pyfleet.planning.types.storage import StoragePlan
    from pyfleet.planning.types.workloads import WorkloadPlan


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that was decided for a fleet."""

    cluster: str
    domain: str
    admins: tuple[str, ...]
    k3s: K3sPlan
    nodes: tuple[NodePlan, ...]
    assignments: tuple[Assignment, ...]
    cards: tuple[CardUse, ...]
    unplaced: tuple[Unplaced, ...]
    namespaces: tuple[str, ...]
    runtime_classes: tuple[str, ...]
    priorities: tuple[PriorityPlan, ...]
    quotas: tuple[QuotaPlan, ...]
    storage: tuple[StoragePlan, ...]
    device_plugin: DevicePluginPlan | None
    queueing: QueueingPlan | None
    charts: tuple[ChartPlan, ...]
    workloads: tuple[WorkloadPlan, ...]
    manifests: tuple[tuple[str, str | dict[str, Any]], ...] = field(default=())
    """File name, and its text or its one object."""
    services: tuple[ExternalServicePlan, ...] = ()
    routes: tuple[RoutePlan, ...] = ()
    metallb: MetalLbPlan | None = None
    traefik: TraefikPlan | None = None
    certificates: CertificatesPlan | None = None
    secrets: SecretsPlan | None = None
    monitoring: MonitoringPlan | None = None
    tunnel: TunnelPlan | None = None
    gitops: GitOpsPlan | None = None
