"""Workloads, with everything decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyfleet.model.workloads import Workload
    from pyfleet.planning.types.services import DiscoveryPlan
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
class CardsPlan:
    """A number of cards of one kind."""

    product: str
    """As NVML names it, with `-` in place of blanks."""
    count: int


@dataclass(frozen=True, slots=True)
class ClaimPlan:
    """Cards that a pod claims by Dynamic Resource Allocation, by catalog name of their kind."""

    cards: dict[str, CardsPlan]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkloadPlan:
    """One workload: its spec in the fleet file, and everything that was decided."""

    name: str
    spec: Workload
    image: str
    args: tuple[str, ...]
    env: dict[str, str]
    secret_env: dict[str, tuple[str, str]]
    replicas: int
    strategy: str
    ports: tuple[PortPlan, ...]
    startup: ProbePlan | None
    readiness: ProbePlan | None
    liveness: ProbePlan | None
    progress_deadline: int | None
    """Seconds that a rollout may take, for image and model; Kubernetes' default is ten minutes."""
    waits: tuple[WaitPlan, ...]
    requests: dict[str, str]
    limits: dict[str, str]
    gpus: int
    """Amount of the device plugin's resource."""
    claim: ClaimPlan | None
    """What it claims by DRA, in place of these."""
    visible_devices: str | None
    """Cards it is pinned to, by index, where Kubernetes can't tell them apart."""
    runtime_class: str | None
    priority_class: str | None
    hosts: tuple[str, ...]
    """Hosts that its pods may run on: with the labels, and no taint in the way."""
    node_selector: dict[str, str]
    tied_to: tuple[str, ...]
    """Hosts that it may be on, beside what the labels say; empty: any with the labels."""
    spreads: bool
    """Each of these hosts gets as many of its pods."""
    prefers: tuple[str, ...]
    """Hosts that the scheduler tries first."""
    tolerations: tuple[dict[str, Any], ...]
    """Beside that of the taint of GPU nodes, which every pod with a card has."""
    volumes: tuple[VolumePlan, ...]
    mounts: tuple[MountPlan, ...]
    files: dict[str, str]
    """Keys and texts of its ConfigMap."""
    files_digest: str | None
    capabilities: tuple[str, ...]
    queue: str | None
    """Queue of a job; None also where the fleet has no queueing."""
    active_deadline: int | None
    discovery: DiscoveryPlan | None

    @property
    def folder(self) -> str:
        """Folder of its manifests."""
        return f"workloads/{self.name}"
