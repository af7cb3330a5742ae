"""Decide the names that things are reached by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pyfleet.planning.platform.load_balancer import dashboards, traefik_namespace
from pyfleet.planning.types.network import RoutePlan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.model.expose import ExposedByName
    from pyfleet.planning.types.workloads import WorkloadPlan
    from pyfleet.resolved import Resolved

TRAEFIK_DASHBOARD = "traefik-dashboard"
"""Service that the tunnel reaches Traefik's own dashboard by."""
_PORT = 80


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that can have names: its entry in the fleet file, and the Service that they lead to."""

    name: str
    kind: Literal["workload", "service", "chart", "platform"]
    place: tuple[str | int, ...]
    exposed: ExposedByName
    namespace: str
    service: str
    ports: dict[str, int]
    """Of the Service, by the names that the fleet file may say; "" is the one that has no name."""
    traefik_api: bool = False


def route_plans(resolved: Resolved, workloads: tuple[WorkloadPlan, ...]) -> tuple[RoutePlan, ...]:
    """Decide every route, by its kind and name."""
    ports = {workload.name: {port.name: port.service_port for port in workload.ports} for workload in workloads}
    routes = [route for entry in entries(resolved, ports) for route in _routes(resolved, entry)]
    return tuple(sorted(routes, key=lambda route: (route.kind, route.name, route.host is None)))


def entries(resolved: Resolved, ports: dict[str, dict[str, int]]) -> Iterator[Entry]:
    """Find everything that can have names; `ports` are those of the workloads' Services."""
    fleet = resolved.fleet
    for name, workload in fleet.workloads.items():
        place = ("workloads", name, "expose")
        yield Entry(name, "workload", place, workload.expose, workload.namespace, name, ports.get(name, {}))
    for name, service in fleet.services.items():
        place = ("services", name, "expose")
        yield Entry(name, "service", place, service.expose, service.namespace, name, {"": service.port})
    for name, chart in fleet.charts.items():
        if chart.expose:
            place = ("charts", name, "expose")
            namespace = chart.expose.namespace or chart.namespace
            target = (chart.expose.service, {"": chart.expose.service_port})
            yield Entry(name, "chart", place, chart.expose, namespace, *target)
    for part, exposed, namespace, dashboard in dashboards(resolved):
        # Its Service has one port, which is that of the address where it has one.
        port = exposed.load_balancer.port if exposed.load_balancer else _PORT
        yield Entry(part[-1], "platform", (*part, "expose"), exposed, namespace, dashboard, {"": port})
    if fleet.platform.ingress:
        yield Entry(
            "traefik",
            "platform",
            ("platform", "ingress", "traefik", "dashboard"),
            fleet.platform.ingress.traefik.dashboard,
            traefik_namespace(resolved),
            TRAEFIK_DASHBOARD,
            {"": _PORT},
            traefik_api=True,
        )


def _routes(resolved: Resolved, entry: Entry) -> Iterator[RoutePlan]:
    """Make one route of both names, or one of each where they lead to different ports."""
    host, external = names_of(resolved, entry)
    ingress, tunnel = entry.exposed.ingress, entry.exposed.tunnel
    inside = _port(entry, ingress.port) if ingress and host else None
    outside = _port(entry, tunnel.port) if tunnel and external else None
    access = tunnel.access if tunnel else True
    if inside == outside and inside is not None:
        yield _route(resolved, entry, inside, host=host, external=external, access=access)
        return
    if inside is not None:
        yield _route(resolved, entry, inside, host=host)
    if outside is not None:
        yield _route(resolved, entry, outside, external=external, access=access)


def names_of(resolved: Resolved, entry: Entry) -> tuple[str | None, str | None]:
    """Name it in the LAN and on the Internet, where it is to be reached there and the platform can do it."""
    platform, exposed = resolved.fleet.platform, entry.exposed
    host = external = None
    if exposed.ingress and platform.ingress:
        host = f"{exposed.ingress.name or entry.name}.{platform.ingress.domain}"
    if exposed.tunnel and platform.tunnel:
        external = f"{exposed.tunnel.name or entry.name}.{platform.tunnel.cloudflare.domain}"
    return host, external


def _port(entry: Entry, wanted: str | None) -> int | None:
    """Find a port by its name, or the first; a check reports what isn't there."""
    return next(iter(entry.ports.values()), None) if wanted is None else entry.ports.get(wanted)


def _route(
    resolved: Resolved,
    entry: Entry,
    port: int,
    *,
    host: str | None = None,
    external: str | None = None,
    access: bool = True,
) -> RoutePlan:
    certified = host is not None and resolved.fleet.platform.certificates is not None
    return RoutePlan(
        name=entry.name,
        kind=entry.kind,
        place=entry.place,
        namespace=entry.namespace,
        service=entry.service,
        port=port,
        host=host,
        external=external,
        access=access,
        certificate=f"{entry.name}-tls" if certified else None,
        traefik_api=entry.traefik_api,
    )
