"""Hosts, and what their k3s have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Source = Literal["nodes", "servers", "admins"]
Protocol = Literal["tcp", "udp"]


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
