"""Hosts, and what their k3s have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Source = Literal["nodes", "servers", "admins"]
Protocol = Literal["tcp", "udp", "vrrp"]


@dataclass(frozen=True, slots=True)
class FirewallRule:
    """Ports opened to one group of sources."""

    source: Source
    protocol: Protocol
    ports: tuple[int, ...] = ()
    """Empty for a protocol that has none."""


@dataclass(frozen=True, slots=True)
class LoopbackPlan:
    """Something that listens on 127.0.0.1 of a host, and is published on its address."""

    name: str
    port: int
    publish: int
    sources: tuple[str, ...]
    """Networks that may connect, besides the fleet's hosts and pods."""
    allowed: tuple[str, ...]
    """All that may connect: those, the hosts, and the pods."""


@dataclass(frozen=True, slots=True)
class KubeVipPlan:
    """kube-vip, which moves the virtual address as pods of the servers."""

    image: str
    interface: str | None
    """None: that of the default route."""


@dataclass(frozen=True, slots=True)
class VirtualAddressPlan:
    """An address that some server always has."""

    address: str
    kube_vip: KubeVipPlan | None
    """None: keepalived moves it."""


@dataclass(frozen=True, slots=True)
class KeepalivedPlan:
    """How keepalived gives the virtual address to a server."""

    interface: str
    router_id: int
    priority: int


@dataclass(frozen=True, slots=True)
class S3Plan:
    """Where snapshots are copied to."""

    endpoint: str
    bucket: str
    region: str
    folder: str | None


@dataclass(frozen=True, slots=True)
class SnapshotsPlan:
    """Snapshots of etcd."""

    schedule: str
    retention: int
    s3: S3Plan | None


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
    datastore: str
    snapshots: SnapshotsPlan | None
    """None where the datastore is a database."""
    server_environment_file: str | None
    server_variables: tuple[str, ...]
    """Names of the secret variables in that file."""
    embedded_registry: bool
    kubelet: dict[str, Any]
    kubeconfig_mode: str
    kubeconfig_group: str | None
    extra_flags: tuple[str, ...]
    extra_server_flags: tuple[str, ...]
    virtual_address: VirtualAddressPlan | None = None


@dataclass(frozen=True, slots=True)
class NodePlan:
    """One host."""

    name: str
    address: str
    role: str
    os: str
    system: str
    first_server: bool
    cluster_init: bool
    """It starts the cluster: the first server does, unless a database has it."""
    server_url: str | None
    """What it joins; None for the first server, and for servers that share a database."""
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
    loopback: tuple[LoopbackPlan, ...] = ()
    """By name."""
    keepalived: KeepalivedPlan | None = None
