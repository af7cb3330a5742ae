"""The issuer of certificates, and a CA of the cluster's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.rendering.kubernetes.app import App, Object, metadata
from pyfleet.rendering.kubernetes.routes import CERT_MANAGER, issuer

if TYPE_CHECKING:
    from pyfleet.planning.types.network import AcmePlan, CertificatesPlan
    from pyfleet.planning.types.whole import Plan

ACCOUNT = "fleet-acme-account"
AUTHORITY = "fleet-ca"
SELF_SIGNED = "selfsigned"


def certificates(plan: Plan) -> App | None:
    """Render it, where the fleet asks for it."""
    made = plan.certificates
    if made is None:
        return None
    if made.acme:
        return App("platform/certificates", (_issuer(made.issuer, {"acme": _acme(made.acme)}),))
    self_signed = _issuer(SELF_SIGNED, {"selfSigned": {}})
    signing = _issuer(made.issuer, {"ca": {"secretName": AUTHORITY}})
    return App("platform/certificates", (self_signed, _authority(made), signing))


def _issuer(name: str, spec: Object) -> Object:
    return {"apiVersion": CERT_MANAGER, "kind": "ClusterIssuer", "metadata": metadata(name), "spec": spec}


def _acme(acme: AcmePlan) -> Object:
    secret, key = acme.token
    return {
        "email": acme.email,
        "server": acme.server,
        "privateKeySecretRef": {"name": ACCOUNT},
        "solvers": [{"dns01": {"cloudflare": {"apiTokenSecretRef": {"name": secret, "key": key}}}}],
    }


def _authority(made: CertificatesPlan) -> Object:
    """Render the cluster's own CA. Issuers of the whole cluster look for its Secret in cert-manager's namespace."""
    return {
        "apiVersion": CERT_MANAGER,
        "kind": "Certificate",
        "metadata": metadata(AUTHORITY, made.namespace),
        "spec": {
            "isCA": True,
            "commonName": made.authority,
            "secretName": AUTHORITY,
            # Whoever uses the fleet has to trust it by hand: ten years, and a new one a year before they end.
            "duration": "87600h",
            "renewBefore": "8760h",
            # A new key would be another CA.
            "privateKey": {"algorithm": "ECDSA", "size": 256, "rotationPolicy": "Never"},
            "issuerRef": issuer(SELF_SIGNED),
        },
    }
