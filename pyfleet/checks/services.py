"""F4xx: services that are reached from outside the cluster, and services that run outside."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING

from pyfleet.checks.host_ports import host_ports, ports_of_services
from pyfleet.checks.registry import Finding, check
from pyfleet.planning.host_ports import ports_in_use, service_lb_hosts
from pyfleet.resolved.names import disabled_components

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.checks.registry import Path
    from pyfleet.planning.types.whole import Plan
    from pyfleet.resolved import Resolved

KUBE_SYSTEM = "kube-system"
OF_K3S = {"coredns": "kube-dns", "metrics-server": "metrics-server", "traefik": "traefik"}
"""Services that k3s' packaged components have."""


@check("F406", needs="plan")
def load_balancer_port_that_is_taken(resolved: Resolved, plan: Plan) -> Iterator[Finding]:
    """A port of a load balancer that something else has on the same addresses.

    k3s' own load balancer (ServiceLB) has no addresses of its own: it listens on every host, at the Service's ports.
    Two Services on one port collide there, and so does a Service with Traefik, which has 80 and 443. The second stays
    Pending, and after a reboot another one may be the second. With MetalLB each Service has an address of its own.
    """
    balancing = service_lb_hosts(resolved)
    in_use = ports_in_use(plan)
    taken = {port: what for (host, port), what in ports_of_services(resolved).items() if host in balancing}
    taken |= {port: what for host in balancing for port, what in in_use[host].items()}
    taken.update(resolved.offers.on_hosts)
    for each in host_ports(plan):
        if set(each.hosts).intersection(balancing):
            taken.setdefault(each.port, f"the hostPort of {each.workload.name}")
    if not balancing:
        return
    where = "every host" if len(balancing) == len(resolved.fleet.hosts) else ", ".join(balancing)
    for place, name, number in _balanced(resolved, plan):
        if number in taken:
            yield Finding(
                place,
                f"ServiceLB opens port {number} on {where}, where {taken[number]} has it already",
                "choose another port, or give it an address of its own by `platform.loadBalancer.metallb`",
            )
        else:
            taken[number] = name


def _balanced(resolved: Resolved, plan: Plan) -> Iterator[tuple[Path, str, int]]:
    """Find the ports of load balancers, and their places in the fleet file."""
    for endpoint in resolved.own_endpoints:
        balancer = getattr(endpoint.exposed, "load_balancer", None)
        if balancer:
            yield (*endpoint.place, "loadBalancer"), endpoint.title, balancer.port
    for workload in plan.workloads:
        if any(port.load_balancer for port in workload.ports):
            for port in workload.ports:
                yield ("workloads", workload.name, "expose", "loadBalancer"), workload.name, port.service_port


@check("F407")
def outside_and_inside_of_one_name(resolved: Resolved) -> Iterator[Finding]:
    """A service outside the cluster with the name of a workload in the same namespace.

    Both would be one Service: calls would go to one of them or the other, depending on which was applied last.
    """
    workloads = resolved.fleet.workloads
    for name, service in resolved.fleet.services.items():
        if name in workloads and workloads[name].namespace == service.namespace:
            yield Finding(
                ("services", name),
                f"{name} is also a workload in namespace {service.namespace}",
                "rename one of them",
                at_key=True,
            )


@check("F408")
def outside_that_is_inside(resolved: Resolved) -> Iterator[Finding]:
    """A service outside the cluster, at an address that can't be outside.

    Addresses of pods change with every pod, and Kubernetes refuses addresses of Services, of the loopback and of the
    local link as endpoints. Name the machine that it runs on; what runs in the cluster is a workload.
    """
    k3s = resolved.fleet.cluster.k3s
    ranges = {
        "pods": IPv4Network(k3s.cluster_cidr),
        "services": IPv4Network(k3s.service_cidr),
        "the loopback": IPv4Network("127.0.0.0/8"),
        "the local link": IPv4Network("169.254.0.0/16"),
    }
    for name, service in resolved.fleet.services.items():
        for what, network in ranges.items():
            if IPv4Address(service.address) in network:
                yield Finding(
                    ("services", name, "address"),
                    f"{service.address} is an address of {what} ({network})",
                    "set the address of the machine that it runs on",
                )


@check("F431")
def service_of_the_platform(resolved: Resolved) -> Iterator[Finding]:
    """A workload or a service outside whose Service the platform has already.

    Kubernetes makes `kubernetes` in namespace `default`, k3s has Services in `kube-system`, and so have the platform's
    dashboards in their namespaces. The two would be one object: whatever was applied last takes the calls to the other,
    and through `kubernetes` every pod reaches the API.
    """
    taken = {
        (KUBE_SYSTEM, service): "k3s"
        for component, service in OF_K3S.items()
        if component not in disabled_components(resolved)
    }
    taken |= {(endpoint.namespace, endpoint.service): endpoint.title for endpoint in resolved.own_endpoints}
    taken["default", "kubernetes"] = "Kubernetes"
    fleet = resolved.fleet
    made = [
        *(("workloads", name, each.namespace) for name, each in fleet.workloads.items() if resolved.ports_of(each)),
        *(("services", name, each.namespace) for name, each in fleet.services.items()),
    ]
    for kind, name, namespace in made:
        if (namespace, name) in taken:
            yield Finding(
                (kind, name),
                f"{taken[namespace, name]} has a Service called {name} in namespace {namespace}",
                "call it otherwise, or give it another `namespace`",
                at_key=True,
            )
