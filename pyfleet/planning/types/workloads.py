"""Workloads, every choice made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyfleet.planning.types.gpus import ClaimPlan
    from pyfleet.planning.types.services import AutoscalePlan, DiscoveryPlan
    from pyfleet.planning.types.storage import MountPlan, VolumePlan


@dataclass(frozen=True, slots=True)
class WaitPlan:
    """Something that has to answer before a pod starts; after `seconds` it starts all the same."""

    workload: str
    host: str
    port: int
    path: str | None
    seconds: int


@dataclass(frozen=True, slots=True)
class ProbePlan:
    """A probe; without a path it asks whether the port accepts connections."""

    path: str | None
    port: str
    period: int
    timeout: int
    failure_threshold: int


@dataclass(frozen=True, slots=True)
class PortPlan:
    """A port of a container, and where else it answers."""

    name: str
    port: int
    host_port: int | None = None
    node_port: int | None = None
    load_balancer: int | None = None

    @property
    def service_port(self) -> int:
        """Port of the Service."""
        return self.load_balancer or self.port


@dataclass(frozen=True, slots=True)
class PatchPlan:
    """A strategic merge patch on one object of a workload."""

    kind: str
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class WorkloadPlan:
    """One workload, every choice made."""

    name: str
    kind: str
    namespace: str
    image: str
    command: tuple[str, ...]
    args: tuple[str, ...]
    replicas: int
    strategy: str
    ports: tuple[PortPlan, ...]
    startup: ProbePlan | None
    readiness: ProbePlan | None
    liveness: ProbePlan | None
    progress_deadline: int | None
    """Seconds a rollout may take: image and load, not Kubernetes' ten minutes."""
    requests: dict[str, str]
    limits: dict[str, str]
    gpus: int
    visible_devices: str | None
    """Cards it is pinned to, by index, where Kubernetes can't tell them apart."""
    runtime_class: str | None
    node_selector: dict[str, str]
    tolerates_gpu_taint: bool
    priority_class: str | None
    env: dict[str, str]
    secret_env: dict[str, tuple[str, str]]
    volumes: tuple[VolumePlan, ...]
    mounts: tuple[MountPlan, ...]
    files: dict[str, str]
    """Keys and texts of its ConfigMap."""
    files_digest: str | None
    capabilities: tuple[str, ...]
    schedule: str | None
    queue: str | None
    backoff_limit: int
    active_deadline: int | None
    patches: tuple[PatchPlan, ...]
    waits: tuple[WaitPlan, ...] = ()
    group_size: int | None = None
    """Pods of a LeaderWorkerSet's group."""
    autoscale: AutoscalePlan | None = None
    claim: ClaimPlan | None = None
    """What it claims by DRA, in place of `gpus` of the device plugin."""
    discovery: DiscoveryPlan | None = None
    address: str | None = None
    """Fixed address of its Service, from a pool of MetalLB's."""
    image_pull_secrets: tuple[str, ...] = ()
