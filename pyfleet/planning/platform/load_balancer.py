"""Decide addresses: MetalLB's pools, and the addresses that are fixed."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import TYPE_CHECKING, Any

from pyfleet.planning.types.network import AddressPlan, MetalLbPlan, PoolPlan
from pyfleet.planning.types.platform import NeededChart

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyfleet.model.expose import Exposed
    from pyfleet.model.fleet import Fleet
    from pyfleet.resolved import Resolved

ADDRESS_ANNOTATION = "metallb.io/loadBalancerIPs"
"""What a Service asks MetalLB for one address by."""
CHART = "metallb"
TRAEFIK_PORTS = (80, 443)


def service_values(resolved: Resolved, exposed: Exposed) -> dict[str, Any]:
    """Decide what a chart is told about its Service: `type`, and `annotations` for a fixed address.

    Empty where no address of its own is asked for. Ports are the chart's own matter: each calls them otherwise.
    """
    balancer = exposed.load_balancer
    if balancer is None:
        return {}
    return {"type": "LoadBalancer", **address_values(resolved, balancer.address)}


def address_values(resolved: Resolved, address: str | None) -> dict[str, Any]:
    """Decide what a chart is told for its Service to have this address: `annotations`, or nothing."""
    if address is None or resolved.fleet.platform.load_balancer is None:
        return {}
    return {"annotations": {ADDRESS_ANNOTATION: address}}


def disabled_components(fleet: Fleet) -> set[str]:
    """Decide what k3s leaves out. Beside MetalLB its own ServiceLB would answer for the same Services."""
    return {*fleet.cluster.k3s.disable, *(["servicelb"] if fleet.platform.load_balancer else [])}


def load_balancer_charts(resolved: Resolved) -> Iterator[NeededChart]:
    """Name the chart that brings MetalLB, without what only BGP needs."""
    balancing = resolved.fleet.platform.load_balancer
    if balancing:
        values = {"frrk8s": {"enabled": False}, "speaker": {"frr": {"enabled": False}}}
        yield NeededChart(CHART, values, balancing.metallb.version, balancing.metallb.values)


def metallb_plan(resolved: Resolved) -> MetalLbPlan | None:
    """Decide the pools.

    Addresses that are fixed make a pool of their own, from which none is given to whoever comes first: a Service that
    asked for no address in particular used to get the first of the pool, and the dashboard that it was meant for none.
    """
    balancing = resolved.fleet.platform.load_balancer
    if balancing is None:
        return None
    fixed = tuple(sorted(fixed_addresses(resolved), key=lambda each: (IPv4Address(each.address), each.place)))
    taken = {IPv4Address(each.address) for each in fixed}
    return MetalLbPlan(
        namespace=resolved.chart_of(CHART).namespace,
        pools=tuple(
            pool for name, text in sorted(balancing.metallb.pools.items()) for pool in _pools(name, text, taken)
        ),
        interfaces=tuple(sorted(set(balancing.metallb.interfaces))),
        addresses=fixed,
    )


def bounds(text: str) -> tuple[IPv4Address, IPv4Address]:
    """Take a range of addresses apart."""
    first, _, last = text.partition("-")
    return IPv4Address(first), IPv4Address(last)


def _pools(name: str, text: str, taken: Iterable[IPv4Address]) -> Iterator[PoolPlan]:
    first, last = bounds(text)
    fixed = sorted(address for address in taken if first <= address <= last)
    free = []
    for address in fixed:
        if first < address:
            free.append(_range(first, address - 1))
        first = address + 1
    if first <= last:
        free.append(_range(first, last))
    if free:
        yield PoolPlan(name, tuple(free))
    if fixed:
        # A dot, which no name in the fleet file has.
        yield PoolPlan(f"{name}.fixed", tuple(_range(address, address) for address in fixed), auto_assign=False)


def _range(first: IPv4Address, last: IPv4Address) -> str:
    return f"{first}/32" if first == last else f"{first}-{last}"


def fixed_addresses(resolved: Resolved) -> Iterator[AddressPlan]:
    """Say which Services have a fixed address: workloads', dashboards', Traefik's."""
    for name, workload in sorted(resolved.fleet.workloads.items()):
        yield from _fixed(("workloads", name), workload.expose, workload.namespace, name)
    for part, exposed, namespace, service in dashboards(resolved):
        yield from _fixed(part, exposed, namespace, service)
    ingress = resolved.fleet.platform.ingress
    if ingress and ingress.traefik.address:
        place = ("platform", "ingress", "traefik", "address")
        yield AddressPlan(ingress.traefik.address, place, traefik_namespace(resolved), "traefik", TRAEFIK_PORTS)


def _fixed(part: tuple[str, ...], exposed: Exposed, namespace: str, service: str) -> Iterator[AddressPlan]:
    balancer = exposed.load_balancer
    if balancer and balancer.address:
        place = (*part, "expose", "loadBalancer", "address")
        yield AddressPlan(balancer.address, place, namespace, service, (balancer.port,))


def dashboards(resolved: Resolved) -> Iterator[tuple[tuple[str, ...], Exposed, str, str]]:
    """Find the platform's dashboards that can have an address: place, how it is exposed, namespace, Service."""
    platform = resolved.fleet.platform
    if platform.gitops:
        namespace = resolved.chart_of("argocd").namespace
        yield ("platform", "gitops", "argocd"), platform.gitops.argocd.expose, namespace, "argocd-server"
    if platform.monitoring:
        namespace = resolved.chart_of(platform.monitoring.stack.CHART).namespace
        yield ("platform", "monitoring", "grafana"), platform.monitoring.grafana.expose, namespace, "grafana"


def traefik_is_packaged(fleet: Fleet) -> bool:
    """Whether Traefik is the one that k3s packages."""
    return "traefik" not in fleet.cluster.k3s.disable


def traefik_namespace(resolved: Resolved) -> str:
    """Name the namespace that Traefik runs in."""
    return "kube-system" if traefik_is_packaged(resolved.fleet) else resolved.chart_of("traefik").namespace
