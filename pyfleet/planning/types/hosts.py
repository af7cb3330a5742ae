"""Hosts, and what their k3s have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from pyfleet.model.cluster import EtcdSnapshots, K3s
    from pyfleet.model.hosts import Host

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
class KeepalivedPlan:
    """How keepalived gives the virtual address to a server."""

    interface: str
    router_id: int
    priority: int


@dataclass(frozen=True, slots=True, kw_only=True)
class K3sPlan:
    """What all hosts' k3s have in common: its spec in the fleet file, and what was decided."""

    spec: K3s
    disable: tuple[str, ...]
    snapshots: EtcdSnapshots | None
    """None where the datastore is a database."""
    server_variables: tuple[str, ...]
    """Names of the secret variables in the servers' environment file."""
    kubelet: dict[str, Any]
    kubeconfig_mode: str
    virtual_address: str | None
    kube_vip_interface: str | None
    """Interface of the virtual address, where kube-vip moves it; None: that of the default route."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NodePlan:
    """One host: its spec in the fleet file, and what was decided."""

    name: str
    spec: Host
    first_server: bool
    cluster_init: bool
    """It starts the cluster, as the first server does unless the datastore is a database."""
    server_url: str | None
    """What it joins; None for the first server, and for servers that share a database."""
    labels: dict[str, str]
    firewall: tuple[FirewallRule, ...]
    trusted_interfaces: tuple[str, ...]
    open_tcp: tuple[int, ...]
    open_udp: tuple[int, ...]
    has_gpus: bool
    open_kernel_module: bool
    driver: str
    nfs: bool
    local_storage: tuple[str, ...]
    """Directories of local volumes that workloads have there."""
    reconciles: bool
    """It keeps the labels and taints of all nodes as in the fleet file."""
    loopback: tuple[LoopbackPlan, ...]
    """By name."""
    keepalived: KeepalivedPlan | None
