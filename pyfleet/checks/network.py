"""F4xx: addresses and ports."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING

from pyfleet.checks.registry import Finding, check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.resolved import Resolved

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
