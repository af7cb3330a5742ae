"""Decide each host's settings: its role in the cluster, its ports, its driver."""

from __future__ import annotations

from ipaddress import IPv4Network, collapse_addresses
from typing import TYPE_CHECKING

from pyfleet.planning.high_availability import (
    API_SERVER,
    join_url,
    keepalived_plans,
    kube_vip_interface,
    server_variables,
    servers_of,
)
from pyfleet.planning.types.hosts import FirewallRule, K3sPlan, LoopbackPlan, NodePlan
from pyfleet.resolved.gpus import driver_of
from pyfleet.resolved.names import disabled_components

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

    from pyfleet.model.cluster import Cluster
    from pyfleet.model.fleet import Fleet
    from pyfleet.model.hosts import Host
    from pyfleet.resolved import Resolved

# docs.k3s.io/installation/requirements
ETCD = (2379, 2380)
KUBELET = 10250
# Where hosts ask each other which images they have; all of them, agents too, serve images at the API server's port.
REGISTRY = 5001
# Backend: what it needs between hosts, and the interface that it makes.
_FLANNEL_PORTS = {"vxlan": (8472,), "wireguard-native": (51820,), "host-gw": (), "none": ()}
_FLANNEL_INTERFACES = {
    "vxlan": ("flannel.1",),
    "wireguard-native": ("flannel-wg",),
    "host-gw": (),
    "none": (),
}


def k3s_plan(resolved: Resolved) -> K3sPlan:
    """Decide what all hosts' k3s have in common."""
    fleet = resolved.fleet
    k3s, virtual = fleet.cluster.k3s, fleet.cluster.virtual_address
    return K3sPlan(
        spec=k3s,
        disable=tuple(sorted(disabled_components(resolved))),
        # k3s takes no snapshots of an external database.
        snapshots=k3s.etcd_snapshots if k3s.datastore == "etcd" else None,
        server_variables=server_variables(k3s),
        kubelet={"maxPods": k3s.max_pods, **k3s.kubelet},
        kubeconfig_mode="0640" if k3s.kubeconfig_group else "0600",
        virtual_address=virtual.address if virtual else None,
        kube_vip_interface=kube_vip_interface(fleet),
    )


def node_plans(
    resolved: Resolved, nfs_hosts: AbstractSet[str], local_storage: Mapping[str, tuple[str, ...]]
) -> tuple[NodePlan, ...]:
    """Decide every host, in the order of the file."""
    fleet = resolved.fleet
    first = resolved.first_server
    url = join_url(fleet, first)
    keepalived = keepalived_plans(fleet)
    has_etcd = fleet.cluster.k3s.datastore == "etcd"
    servers = len(servers_of(fleet))
    rules = {role: _firewall(resolved, role, servers) for role in ("server", "agent")}
    plans = []
    for name, host in fleet.hosts.items():
        products = resolved.products_of(host)
        plans.append(
            NodePlan(
                name=name,
                spec=host,
                first_server=name == first,
                cluster_init=name == first and has_etcd,
                server_url=None if name == first or (host.role == "server" and not has_etcd) else url,
                labels=resolved.labels[name],
                firewall=rules[host.role],
                trusted_interfaces=("cni0", *_FLANNEL_INTERFACES[fleet.cluster.k3s.flannel]),
                open_tcp=tuple(sorted(set(host.open_ports.tcp))),
                open_udp=tuple(sorted(set(host.open_ports.udp))),
                has_gpus=bool(products),
                open_kernel_module=all(product.open_kernel_module != "impossible" for product in products),
                driver=driver_of(products),
                nfs=name in nfs_hosts,
                local_storage=local_storage.get(name, ()),
                reconciles=name == first and host.os == "nixos",
                loopback=_loopback(host, fleet) if host.loopback else (),
                keepalived=keepalived.get(name),
            )
        )
    return tuple(plans)


def _loopback(host: Host, fleet: Fleet) -> tuple[LoopbackPlan, ...]:
    """Decide who may reach services on 127.0.0.1. Pods connect from their own address, or from their host's."""
    own = [*(other.address for other in fleet.hosts.values()), fleet.cluster.k3s.cluster_cidr]
    plans = []
    for name, service in sorted(host.loopback.items()):
        # nftables refuses networks that overlap.
        sources = tuple(str(network) for network in collapse_addresses(map(IPv4Network, service.sources)))
        plans.append(LoopbackPlan(name, service.port, service.publish, sources, (*own, *sources)))
    return tuple(plans)


def _firewall(resolved: Resolved, role: str, servers: int) -> tuple[FirewallRule, ...]:
    """Decide the open ports of a role. Nothing is open to the world; a single host opens only the API, to admins."""
    fleet, shared = resolved.fleet, resolved.offers.between_hosts
    cluster: Cluster = fleet.cluster
    rules = []
    if len(fleet.hosts) > 1:
        tcp = {API_SERVER, KUBELET} if role == "server" else {KUBELET}
        if cluster.k3s.embedded_registry:
            tcp |= {REGISTRY, API_SERVER}
        tcp |= {port for protocol, port in shared if protocol == "tcp"}
        rules.append(FirewallRule("nodes", "tcp", tuple(sorted(tcp))))
        udp = {*_FLANNEL_PORTS[cluster.k3s.flannel], *(port for protocol, port in shared if protocol == "udp")}
        if udp:
            rules.append(FirewallRule("nodes", "udp", tuple(sorted(udp))))
    if role == "server" and servers > 1:
        if cluster.k3s.datastore == "etcd":
            rules.append(FirewallRule("servers", "tcp", ETCD))
        if cluster.virtual_address and cluster.virtual_address.by == "keepalived":
            rules.append(FirewallRule("servers", "vrrp"))
    if role == "server" and cluster.admins:
        rules.append(FirewallRule("admins", "tcp", (API_SERVER,)))
    return tuple(rules)
