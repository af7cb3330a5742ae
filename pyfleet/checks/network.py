"""F4xx: addresses and ports."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING

from pyfleet.checks.registry import Finding, check
from pyfleet.planning.hosts import REGISTRY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.planning.types.whole import Plan
    from pyfleet.resolved import Resolved

# docs.k3s.io/installation/requirements, and what k3s and the kubelet listen on by themselves.
TAKEN_ON_HOSTS = {
    2379: "etcd",
    2380: "etcd",
    2381: "etcd's metrics",
    6443: "the Kubernetes API",
    6444: "k3s' own load balancer",
    10010: "containerd's streams",
    10248: "the kubelet's health",
    10249: "kube-proxy's metrics",
    10250: "the kubelet",
    10256: "kube-proxy's health",
    10257: "the controller manager",
    10258: "the cloud controller manager",
    10259: "the scheduler",
}
NOT_FOR_THE_WORLD = {
    ("tcp", 2379): "only servers use etcd, and it is opened to them",
    ("tcp", 2380): "only servers use etcd, and it is opened to them",
    ("tcp", 6443): "the API is opened to the fleet's hosts; name other networks under `cluster.admins`",
    ("tcp", 8472): "VXLAN is UDP: nothing listens on TCP 8472",
    (
        "udp",
        8472,
    ): "whoever reaches VXLAN is inside the cluster's network; it is opened to the fleet's hosts",
    ("tcp", 10250): "the kubelet runs commands in pods; it is opened to the fleet's hosts",
    ("tcp", 10251): "kube-scheduler left this port years ago, and 10259 is local",
    ("tcp", 10252): "kube-controller-manager left this port years ago, and 10257 is local",
    ("udp", 51820): "WireGuard's port is opened to the fleet's hosts",
}


@check("F401")
def ranges_that_overlap(resolved: Resolved) -> Iterator[Finding]:
    """A range of pods or services that overlaps other addresses.

    A host inside the pod range is unreachable from every pod: its address is routed into the overlay.
    """
    k3s = resolved.fleet.cluster.k3s
    pods, services = IPv4Network(k3s.cluster_cidr), IPv4Network(k3s.service_cidr)
    if pods.overlaps(services):
        yield Finding(
            ("cluster", "k3s"),
            f"addresses of pods ({pods}) and of services ({services}) overlap",
            at_key=True,
        )
    for name, host in resolved.fleet.hosts.items():
        for what, network in (("pods", pods), ("services", services)):
            if IPv4Address(host.address) in network:
                yield Finding(
                    ("hosts", name, "address"),
                    f"{host.address} is in the range of {what} ({network})",
                    "choose other ranges by `cluster.k3s.clusterCIDR` and `serviceCIDR`",
                )


@check("F402")
def node_port_given_twice(resolved: Resolved) -> Iterator[Finding]:
    """One nodePort for two workloads: Kubernetes refuses the second."""
    first: dict[int, str] = {}
    for name, workload in resolved.fleet.workloads.items():
        port = workload.expose.node_port
        if port is not None and first.setdefault(port, name) != name:
            yield Finding(("workloads", name, "expose", "nodePort"), f"{port} is also the nodePort of {first[port]}")


@check("F403", needs="plan")
def host_port_given_twice(resolved: Resolved, plan: Plan) -> Iterator[Finding]:
    """One hostPort for two workloads on one host, by name or as the only one that has their labels.

    In one fleet two services wanted port 8000 of one machine. One of their pods stays Pending; which one, depends on
    the order in which they start after a reboot.
    """
    first: dict[tuple[str, int], str] = {}
    for workload in plan.workloads:
        for port in workload.ports:
            if port.host_port is None:
                continue
            hosts = resolved.hosts_matching(workload.node_selector)
            if len(hosts) != 1:
                continue
            other = first.setdefault((hosts[0], port.host_port), workload.name)
            if other != workload.name:
                yield Finding(
                    ("workloads", workload.name, "expose", "hostPort"),
                    f"{port.host_port} on {hosts[0]} is also the hostPort of {other}",
                    "give one of them another port, or another host",
                )


@check("F404")
def port_opened_that_should_not_be(resolved: Resolved) -> Iterator[Finding]:
    """A port opened to everybody that only the fleet's hosts may reach, or that nothing listens on.

    Guides still list 10251 and 10252, which Kubernetes left years ago, and TCP 8472 for VXLAN, which is UDP. What k3s
    needs is opened to the fleet's hosts, and only to them.
    """
    for name, host in resolved.fleet.hosts.items():
        for protocol, ports in (("tcp", host.open_ports.tcp), ("udp", host.open_ports.udp)):
            for index, port in enumerate(ports):
                reason = NOT_FOR_THE_WORLD.get((protocol, port))
                if reason:
                    place = ("hosts", name, "openPorts", protocol, index)
                    yield Finding(place, f"{protocol.upper()} {port}: {reason}", "remove it")


@check("F405")
def host_port_that_k3s_takes(resolved: Resolved) -> Iterator[Finding]:
    """A hostPort that k3s or the kubelet listens on."""
    for name, workload in resolved.fleet.workloads.items():
        port = workload.expose.host_port
        taken = taken_on_hosts(resolved)
        if port in taken:
            place = ("workloads", name, "expose", "hostPort")
            yield Finding(place, f"{port} belongs to {taken[port]}", "choose another")


def taken_on_hosts(resolved: Resolved) -> dict[int, str]:
    """Find what k3s, the kubelet and what they run for the fleet listen on."""
    registry = {REGISTRY: "the embedded registry"} if resolved.fleet.cluster.k3s.embedded_registry else {}
    return {**TAKEN_ON_HOSTS, **registry}
