"""Everything that can have a name or an address, and the values that charts take for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyfleet.offers.names import Endpoint, FixedAddress

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.model.expose import Exposed
    from pyfleet.model.fleet import Fleet
    from pyfleet.resolved import Resolved


def endpoints(resolved: Resolved) -> list[Endpoint]:
    """Gather everything that can have names, with the ports of its Service."""
    fleet = resolved.fleet
    return [
        *_of_workloads(resolved),
        *(
            Endpoint(
                name=name,
                kind="service",
                place=("services", name, "expose"),
                exposed=service.expose,
                namespace=service.namespace,
                service=name,
                ports={"": service.port},
            )
            for name, service in fleet.services.items()
        ),
        *_of_charts(fleet),
        *resolved.own_endpoints,
    ]


def _of_workloads(resolved: Resolved) -> Iterator[Endpoint]:
    for name, workload in resolved.fleet.workloads.items():
        ports = resolved.ports_of(workload)
        balancer = workload.expose.load_balancer
        if ports and balancer:
            ports = {**ports, next(iter(ports)): balancer.port}
        yield Endpoint(
            name=name,
            kind="workload",
            place=("workloads", name, "expose"),
            exposed=workload.expose,
            namespace=workload.namespace,
            service=name,
            ports=ports,
        )


def _of_charts(fleet: Fleet) -> Iterator[Endpoint]:
    for name, chart in fleet.charts.items():
        if chart.expose:
            yield Endpoint(
                name=name,
                kind="chart",
                place=("charts", name, "expose"),
                exposed=chart.expose,
                namespace=chart.expose.namespace or chart.namespace,
                service=chart.expose.service,
                ports={"": chart.expose.service_port},
            )


def names_of(resolved: Resolved, endpoint: Endpoint) -> tuple[str | None, str | None]:
    """Return its names in the LAN and on the Internet; None where it isn't exposed, or the platform has no domain."""
    offers, exposed = resolved.offers, endpoint.exposed
    host = external = None
    if exposed.ingress and offers.lan_domain:
        host = f"{exposed.ingress.name or endpoint.name}.{offers.lan_domain}"
    if exposed.tunnel and offers.internet_domain:
        external = f"{exposed.tunnel.name or endpoint.name}.{offers.internet_domain}"
    return host, external


def fixed_addresses(resolved: Resolved) -> Iterator[FixedAddress]:
    """Find the Services that have a fixed address: workloads', dashboards', others of parts."""
    fleet = resolved.fleet
    for name, workload in sorted(fleet.workloads.items()):
        yield from _fixed(("workloads", name, "expose"), workload.expose, workload.namespace, name)
    for each in resolved.own_endpoints:
        yield from _fixed(each.place, each.exposed, each.namespace, each.service)
    yield from resolved.offers.addresses


def _fixed(place: tuple[str | int, ...], exposed: object, namespace: str, service: str) -> Iterator[FixedAddress]:
    balancer = getattr(exposed, "load_balancer", None)
    if balancer and balancer.address:
        where = (*place, "loadBalancer", "address")
        yield FixedAddress(balancer.address, where, namespace, service, (balancer.port,))


def service_values(resolved: Resolved, exposed: Exposed) -> dict[str, Any]:
    """Make the values that a chart takes for its Service: `type`, and `annotations` for a fixed address.

    Empty where no address of its own is asked for. Ports are not among them: each chart names them differently.
    """
    balancer = exposed.load_balancer
    if balancer is None:
        return {}
    return {"type": "LoadBalancer", **address_values(resolved, balancer.address)}


def address_values(resolved: Resolved, address: str | None) -> dict[str, Any]:
    """Make the values that a chart takes for its Service to have this address: `annotations`, or nothing."""
    annotation = resolved.offers.address_annotation
    return {"annotations": {annotation: address}} if address and annotation else {}


def disabled_components(resolved: Resolved) -> set[str]:
    """Name the components that k3s leaves out."""
    return {*resolved.fleet.cluster.k3s.disable, *resolved.offers.disabled}
