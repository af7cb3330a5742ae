"""Decide what each host is: its part in the cluster, its ports, its driver."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.planning.types import FirewallRule, K3sPlan, NodePlan

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from pyfleet.model.catalog import GpuProduct
    from pyfleet.model.cluster import Cluster, K3s
    from pyfleet.model.fleet import Fleet
    from pyfleet.planning.inventory import Inventory

# docs.k3s.io/installation/requirements
API_SERVER = 6443
ETCD = (2379, 2380)
KUBELET = 10250
# Backend: what it needs between hosts, and the interface that it makes.
_FLANNEL_PORTS = {"vxlan": (8472,), "wireguard-native": (51820,), "host-gw": (), "none": ()}
_FLANNEL_INTERFACES = {
    "vxlan": ("flannel.1",),
    "wireguard-native": ("flannel-wg",),
    "host-gw": (),
    "none": (),
}


def k3s_plan(k3s: K3s) -> K3sPlan:
    """Decide what all hosts' k3s have in common."""
    return K3sPlan(
        token_file=k3s.token_file,
        package=k3s.package,
        disable=tuple(sorted(set(k3s.disable))),
        flannel=k3s.flannel,
        cluster_cidr=k3s.cluster_cidr,
        service_cidr=k3s.service_cidr,
        secrets_encryption=k3s.secrets_encryption,
        snapshot_schedule=k3s.etcd_snapshots.schedule,
        snapshot_retention=k3s.etcd_snapshots.retention,
        kubelet={"maxPods": k3s.max_pods, **k3s.kubelet},
        kubeconfig_mode="0640" if k3s.kubeconfig_group else "0600",
        kubeconfig_group=k3s.kubeconfig_group,
        extra_flags=tuple(k3s.extra_flags),
        extra_server_flags=tuple(k3s.extra_server_flags),
    )


def node_plans(inventory: Inventory, nfs_hosts: AbstractSet[str]) -> tuple[NodePlan, ...]:
    """Decide every host, in the order of the file."""
    fleet = inventory.fleet
    first = inventory.first_server
    url = f"https://{fleet.hosts[first].address}:{API_SERVER}" if first else None
    servers = sum(host.role == "server" for host in fleet.hosts.values())
    rules = {role: _firewall(fleet, role, servers) for role in ("server", "agent")}
    plans = []
    for name, host in fleet.hosts.items():
        products = inventory.products_of(host)
        plans.append(
            NodePlan(
                name=name,
                address=host.address,
                role=host.role,
                os=host.os,
                system=host.system,
                first_server=name == first,
                server_url=None if name == first else url,
                labels=inventory.labels[name],
                taints=tuple(host.taints),
                interface=host.interface,
                data_dir=host.data_dir,
                extra_flags=tuple(host.extra_flags),
                firewall=rules[host.role],
                trusted_interfaces=("cni0", *_FLANNEL_INTERFACES[fleet.cluster.k3s.flannel]),
                open_tcp=tuple(sorted(set(host.open_ports.tcp))),
                open_udp=tuple(sorted(set(host.open_ports.udp))),
                has_gpus=bool(products),
                open_kernel_module=all(product.open_kernel_module != "impossible" for product in products),
                driver=_driver(products),
                nfs=name in nfs_hosts,
                reconciles=name == first and host.os == "nixos",
            )
        )
    return tuple(plans)


def _driver(products: list[GpuProduct]) -> str:
    """Choose the driver branch: that of the card that needs an old one, if any does."""
    return next((product.driver for product in products if product.driver != "stable"), "stable")


def _firewall(fleet: Fleet, role: str, servers: int) -> tuple[FirewallRule, ...]:
    """Decide the ports of a role. Nothing is opened to the world, nor to anyone if the host is alone."""
    cluster: Cluster = fleet.cluster
    rules = []
    if len(fleet.hosts) > 1:
        tcp = (API_SERVER, KUBELET) if role == "server" else (KUBELET,)
        rules.append(FirewallRule("nodes", "tcp", tcp))
        udp = _FLANNEL_PORTS[cluster.k3s.flannel]
        if udp:
            rules.append(FirewallRule("nodes", "udp", udp))
    if role == "server" and servers > 1:
        rules.append(FirewallRule("servers", "tcp", ETCD))
    if role == "server" and cluster.admins:
        rules.append(FirewallRule("admins", "tcp", (API_SERVER,)))
    return tuple(rules)
