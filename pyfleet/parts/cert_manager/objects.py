"""The issuer of certificates, a CA of the cluster's own, and a Certificate for each name in the LAN."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.model.secrets import secret_and_key
from pyfleet.parts.cert_manager.model import CERTIFICATES
from pyfleet.rendering.kubernetes.app import App, Object, metadata

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.parts.cert_manager.model import Acme
    from pyfleet.planning.routes import Route
    from pyfleet.planning.types.whole import Plan

CHART = "cert-manager"
FOLDER = "platform/certificates"
API = "cert-manager.io/v1"
ISSUER = "fleet"
ACCOUNT = "fleet-acme-account"
AUTHORITY = "fleet-ca"
SELF_SIGNED = "selfsigned"
_COMMON_NAME_AT_MOST = 64


def apps(plan: Plan) -> Iterator[App]:
    """Render the issuer."""
    certificates = CERTIFICATES.of(plan.resolved.fleet)
    if certificates is None:
        return
    acme = certificates.cert_manager.acme
    if acme:
        yield App(FOLDER, (_issuer(ISSUER, {"acme": _acme(acme)}),))
        return
    authority = _authority(plan.resolved.chart_of(CHART).namespace, authority_name(plan.resolved.fleet.cluster.name))
    self_signed = _issuer(SELF_SIGNED, {"selfSigned": {}})
    yield App(FOLDER, (self_signed, authority, _issuer(ISSUER, {"ca": {"secretName": AUTHORITY}})))


def authority_name(cluster: str) -> str:
    """Name the cluster's own CA."""
    suffix = " CA"
    return cluster[: _COMMON_NAME_AT_MOST - len(suffix)] + suffix


def certificate(plan: Plan, route: Route) -> Iterator[Object]:
    """Render the Certificate of a route's name in the LAN."""
    if CERTIFICATES.of(plan.resolved.fleet) is None or route.certificate is None:
        return
    yield {
        "apiVersion": API,
        "kind": "Certificate",
        "metadata": metadata(route.endpoint.name, route.endpoint.namespace),
        "spec": {
            "secretName": route.certificate,
            "dnsNames": [route.host],
            # Without the last one Apple's devices refuse it.
            "usages": ["digital signature", "key encipherment", "server auth"],
            "issuerRef": _reference(ISSUER),
        },
    }


def _issuer(name: str, spec: Object) -> Object:
    return {"apiVersion": API, "kind": "ClusterIssuer", "metadata": metadata(name), "spec": spec}


def _reference(issuer: str) -> Object:
    return {"group": "cert-manager.io", "kind": "ClusterIssuer", "name": issuer}


def _acme(acme: Acme) -> Object:
    secret, key = secret_and_key(acme.cloudflare)
    return {
        "email": acme.email,
        "server": acme.server,
        "privateKeySecretRef": {"name": ACCOUNT},
        "solvers": [{"dns01": {"cloudflare": {"apiTokenSecretRef": {"name": secret, "key": key}}}}],
    }


def _authority(namespace: str, name: str) -> Object:
    """Render the cluster's own CA. A ClusterIssuer looks for its Secret in cert-manager's namespace."""
    return {
        "apiVersion": API,
        "kind": "Certificate",
        "metadata": metadata(AUTHORITY, namespace),
        "spec": {
            "isCA": True,
            "commonName": name,
            "secretName": AUTHORITY,
            # Users have to trust it by hand, so it lasts ten years, and is renewed a year before their end.
            "duration": "87600h",
            "renewBefore": "8760h",
            # A new key would be another CA.
            "privateKey": {"algorithm": "ECDSA", "size": 256, "rotationPolicy": "Never"},
            "issuerRef": _reference(SELF_SIGNED),
        },
    }
