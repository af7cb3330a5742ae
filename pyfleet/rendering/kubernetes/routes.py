"""Names that Services are reached by: an IngressRoute, and the Certificate of its name."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pyfleet.rendering.kubernetes.app import Object, metadata

if TYPE_CHECKING:
    from pyfleet.planning.types.network import CertificatesPlan, RoutePlan
    from pyfleet.planning.types.whole import Plan

TRAEFIK = "traefik.io/v1alpha1"
CERT_MANAGER = "cert-manager.io/v1"
DASHBOARD = {"kind": "TraefikService", "name": "api@internal"}
"""Traefik's own dashboard, which it serves by itself; it sends / on to /dashboard/."""


def route_objects(plan: Plan, kind: str) -> dict[str, list[Object]]:
    """Render the names of all entries of one kind, by the entry."""
    found: dict[str, list[Object]] = defaultdict(list)
    for route in plan.routes:
        if route.host and route.kind == kind:
            found[route.name].append(_ingress_route(route, route.host))
            if route.certificate and plan.certificates:
                found[route.name].append(_certificate(route, route.host, route.certificate, plan.certificates))
    return found


def _ingress_route(route: RoutePlan, host: str) -> Object:
    service = DASHBOARD if route.traefik_api else {"name": route.service, "port": route.port}
    # An empty `tls` is TLS with the certificate that Traefik has by default.
    tls = {"secretName": route.certificate} if route.certificate else {}
    return ingress_route(
        metadata(route.name, route.namespace), "websecure", {"match": host_rule(host), "services": [service]}, tls
    )


def ingress_route(meta: Object, entry_point: str, rule: Object, tls: Object | None = None) -> Object:
    """Render an IngressRoute of one rule."""
    return {
        "apiVersion": TRAEFIK,
        "kind": "IngressRoute",
        "metadata": meta,
        "spec": {
            "entryPoints": [entry_point],
            "routes": [{"kind": "Rule", **rule}],
            **({} if tls is None else {"tls": tls}),
        },
    }


def host_rule(host: str) -> str:
    """Spell what a request for this name is known by."""
    return f"Host(`{host}`)"


def _certificate(route: RoutePlan, host: str, secret: str, certificates: CertificatesPlan) -> Object:
    return {
        "apiVersion": CERT_MANAGER,
        "kind": "Certificate",
        "metadata": metadata(route.name, route.namespace),
        "spec": {
            "secretName": secret,
            "dnsNames": [host],
            # Without the last one Apple's devices refuse it.
            "usages": ["digital signature", "key encipherment", "server auth"],
            "issuerRef": issuer(certificates.issuer),
        },
    }


def issuer(name: str) -> Object:
    """Refer to an issuer of the whole cluster."""
    return {"group": "cert-manager.io", "kind": "ClusterIssuer", "name": name}
