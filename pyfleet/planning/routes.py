"""Decide the names that things are reached by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyfleet.resolved.names import endpoints, names_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.offers.names import Endpoint
    from pyfleet.resolved import Resolved


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """The names that lead to a port of a Service."""

    endpoint: Endpoint
    port: int
    """Port of the Service."""
    host: str | None
    """Name in the LAN."""
    external: str | None
    """Name on the Internet."""
    access: bool
    """Cloudflare asks for a login."""
    certificate: str | None
    """Secret with the certificate of `host`; without one the ingress controller serves its default certificate."""

    @property
    def folder(self) -> str | None:
        """Folder of the entry that it belongs to; None where that has none."""
        kind = self.endpoint.kind
        return f"{kind}s/{self.endpoint.name}" if kind in {"workload", "service"} else None


def routes_of(resolved: Resolved) -> tuple[Route, ...]:
    """Decide every route, by its kind and name."""
    routes = [route for endpoint in endpoints(resolved) for route in _routes(resolved, endpoint)]
    return tuple(sorted(routes, key=lambda route: (route.endpoint.kind, route.endpoint.name, route.host is None)))


def _routes(resolved: Resolved, endpoint: Endpoint) -> Iterator[Route]:
    """Make one route for both names, or one for each where they lead to different ports."""
    host, external = names_of(resolved, endpoint)
    ingress, tunnel = endpoint.exposed.ingress, endpoint.exposed.tunnel
    inside = _port(endpoint, ingress.port) if ingress and host else None
    outside = _port(endpoint, tunnel.port) if tunnel and external else None
    access = tunnel.access if tunnel else True
    certificate = f"{endpoint.name}-tls" if resolved.offers.issuer else None
    if inside is not None:
        both = inside == outside
        yield Route(
            endpoint=endpoint,
            port=inside,
            host=host,
            external=external if both else None,
            access=access if both else True,
            certificate=certificate,
        )
    if outside is not None and inside != outside:
        yield Route(endpoint=endpoint, port=outside, host=None, external=external, access=access, certificate=None)


def _port(endpoint: Endpoint, wanted: str | None) -> int | None:
    """Find a port by its name, or the first; a check reports what isn't there."""
    return next(iter(endpoint.ports.values()), None) if wanted is None else endpoint.ports.get(wanted)
