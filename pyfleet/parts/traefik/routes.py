"""Names that Services are reached by: an IngressRoute each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.rendering.kubernetes.app import Object, metadata

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.planning.routes import Route
    from pyfleet.planning.types.whole import Plan

API = "traefik.io/v1alpha1"
DASHBOARD = {"kind": "TraefikService", "name": "api@internal"}
"""Traefik's own dashboard, which it serves by itself; it sends / on to /dashboard/."""


def route_objects(plan: Plan, route: Route) -> Iterator[Object]:
    """Render a route's name in the LAN, and its certificate."""
    if route.host is None:
        return
    endpoint = route.endpoint
    service = DASHBOARD if endpoint.of_ingress else {"name": endpoint.service, "port": route.port}
    # An empty `tls` is TLS with the certificate that Traefik has by default.
    tls = {"secretName": route.certificate} if route.certificate else {}
    meta = metadata(endpoint.name, endpoint.namespace)
    yield ingress_route(meta, "websecure", {"match": host_rule(route.host), "services": [service]}, tls)
    for part in plan.resolved.parts:
        yield from part.certificate(plan, route)


def ingress_route(meta: Object, entry_point: str, rule: Object, tls: Object | None = None) -> Object:
    """Render an IngressRoute of one rule."""
    return {
        "apiVersion": API,
        "kind": "IngressRoute",
        "metadata": meta,
        "spec": {
            "entryPoints": [entry_point],
            "routes": [{"kind": "Rule", **rule}],
            **({} if tls is None else {"tls": tls}),
        },
    }


def host_rule(host: str) -> str:
    """Write Traefik's rule that matches requests for this name."""
    return f"Host(`{host}`)"
