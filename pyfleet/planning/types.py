"""What was decided, as data: the input of every renderer. No YAML, no Nix, no Kubernetes syntax in it.

Sizes are bytes, times are seconds, unless a field holds a quantity as the user spelled it (`str`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from pyfleet.planning.types_gpu import ClaimPlan, DevicePluginPlan
    from pyfleet.planning.types_services import AutoscalePlan, DiscoveryPlan, ExternalServicePlan

Source = Literal["nodes", "servers", "admins"]
Protocol = Literal["tcp", "udp"]
Turn = Literal["always", "queued", "on demand", "job", "scheduled"]


@dataclass(frozen=True, slots=True)
class FirewallRule:
    """Ports opened to one group of sources."""

    source: Source
    protocol: Protocol
    ports: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class K3sPlan:
    """What all hosts' k3s have in common."""

    token_file: str
    package: str | None
    disable: tuple[str, ...]
    flannel: str
    cluster_cidr: str
    service_cidr: str
    secrets_encryption: bool
    snapshot_schedule: str
    snapshot_retention: int
    kubelet: dict[str, Any]
    kubeconfig_mode: str
    kubeconfig_group: str | None
    extra_flags: tuple[str, ...]
    extra_server_flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NodePlan:
    """One host."""

    name: str
    address: str
    role: str
    os: str
    system: str
    first_server: bool
    server_url: str | None
    """What it joins; None for the first server."""
    labels: dict[str, str]
    taints: tuple[str, ...]
    interface: str | None
    data_dir: str | None
    extra_flags: tuple[str, ...]
    firewall: tuple[FirewallRule, ...]
    trusted_interfaces: tuple[str, ...]
    open_tcp: tuple[int, ...]
    open_udp: tuple[int, ...]
    has_gpus: bool
    open_kernel_module: bool
    driver: str
    nfs: bool
    reconciles: bool
    """It keeps all nodes' labels and taints as the fleet says."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """A row of the GPU matrix: one workload (one of its replicas) and the cards it gets."""

    workload: str
    replica: int
    host: str
    cards: tuple[int, ...]
    product: tuple[str, ...]
    needed: tuple[int, ...]
    """Bytes on each card."""
    usable: tuple[int, ...]
    """Bytes each card has."""
    turn: Turn
    priority: int
    priority_name: str | None
    pinned: bool
    shared: bool
    """Others may be on its cards at the same time."""
    why: str
    waits_for: tuple[str, ...] = ()
    preempts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CardUse:
    """A card, and what of it is taken by workloads that run always."""

    host: str
    index: int
    product: str
    usable: int
    taken: int
    workloads: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A workload that no host can take, and what stands in the way."""

    workload: str
    reason: Literal["no such cards", "too large", "taken"]
    message: str
    hint: str


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


@dataclass(frozen=True, slots=True)
class MountPlan:
    """Where a volume appears in the container."""

    volume: str
    path: str
    sub_path: str | None = None
    read_only: bool = False


@dataclass(frozen=True, slots=True)
class VolumePlan:
    """A volume of a pod; exactly one of its sources is set."""

    name: str
    claim: str | None = None
    claim_template: StoragePlan | None = None
    host_path: str | None = None
    config_map: str | None = None
    empty_dir: str | None = None
    in_memory: bool = False


@dataclass(frozen=True, slots=True)
class StoragePlan:
    """A named store in one namespace: a claim, and the volume it is bound to unless a class provisions it."""

    name: str
    namespace: str
    size: str
    access: str
    storage_class: str
    volume: str | None = None
    nfs_server: str | None = None
    path: str | None = None
    mount_options: tuple[str, ...] = ()
    host: str | None = None


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


@dataclass(frozen=True, slots=True)
class PriorityPlan:
    """A PriorityClass."""

    name: str
    value: int
    default: bool
    description: str


@dataclass(frozen=True, slots=True)
class QuotaPlan:
    """Bounds of a namespace."""

    namespace: str
    hard: dict[str, str]


@dataclass(frozen=True, slots=True)
class FlavorPlan:
    """A Kueue flavour: hosts with the same cards."""

    name: str
    node_labels: dict[str, str]
    quota: dict[str, str]


@dataclass(frozen=True, slots=True)
class QueueingPlan:
    """Kueue's queues."""

    cluster_queue: str
    flavors: tuple[FlavorPlan, ...]
    local_queues: tuple[tuple[str, str], ...]
    """(namespace, queue)"""
    namespaces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChartPlan:
    """A Helm chart."""

    name: str
    repo: str | None
    chart: str
    version: str
    namespace: str
    values: dict[str, Any]


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
