"""Decide what lets a cluster survive the loss of a server: the shared address, and copies of its state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.planning.types.hosts import KeepalivedPlan

if TYPE_CHECKING:
    from pyfleet.model.cluster import K3s, VirtualAddress
    from pyfleet.model.fleet import Fleet
    from pyfleet.model.hosts import Host

API_SERVER = 6443
_FIRST_PRIORITY = 250  # of 254 that VRRP gives to backups
_LAST_PRIORITY = 1


def servers_of(fleet: Fleet) -> dict[str, Host]:
    """Find the servers, in the order of the file."""
    return {name: host for name, host in fleet.hosts.items() if host.role == "server"}


def kube_vip_interface(fleet: Fleet) -> str | None:
    """Choose kube-vip's interface for the shared address; None: that of the default route."""
    virtual = fleet.cluster.virtual_address
    interfaces = sorted(interfaces_of(fleet, virtual)) if virtual and virtual.by == "kube-vip" else []
    return interfaces[0] if len(interfaces) == 1 else None


def interfaces_of(fleet: Fleet, virtual: VirtualAddress) -> set[str]:
    """Find the interfaces of the servers that can have the address."""
    if virtual.interface is not None:
        return {virtual.interface}
    return {host.interface for host in servers_of(fleet).values() if host.interface is not None}


def keepalived_plans(fleet: Fleet) -> dict[str, KeepalivedPlan]:
    """Decide keepalived's settings for each server that can have the address."""
    virtual = fleet.cluster.virtual_address
    if virtual is None or virtual.by != "keepalived":
        return {}
    plans = {}
    for position, (name, host) in enumerate(servers_of(fleet).items()):
        interface = virtual.interface or host.interface
        if interface is not None and host.os == "nixos":
            priority = max(_FIRST_PRIORITY - position, _LAST_PRIORITY)
            plans[name] = KeepalivedPlan(interface, _router_id(virtual.address), priority)
    return plans


def _router_id(address: str) -> int:
    """Choose VRRP's router id, 1 to 255: the last number of the address, so that clusters of one network differ."""
    return int(address.rpartition(".")[2]) or 255


def join_url(fleet: Fleet, first: str | None) -> str | None:
    """Decide what hosts join: the servers' shared address, or the first server."""
    virtual = fleet.cluster.virtual_address
    if first is None:
        return None
    return f"https://{virtual.address if virtual else fleet.hosts[first].address}:{API_SERVER}"


def server_variables(k3s: K3s) -> tuple[str, ...]:
    """Name the secret variables that the servers' k3s needs."""
    variables = ["K3S_DATASTORE_ENDPOINT"] if k3s.datastore == "external" else []
    if k3s.etcd_snapshots.s3 is not None:
        variables += ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]
    return tuple(variables)
