"""Decide who signs certificates: a CA of the cluster's own, or a public one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyfleet.model.secrets import secret_and_key
from pyfleet.planning.types.network import AcmePlan, CertificatesPlan
from pyfleet.planning.types.platform import NeededChart

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.model.platform.network import Acme
    from pyfleet.resolved import Resolved

CHART = "cert-manager"
ISSUER = "fleet"
_COMMON_NAME_AT_MOST = 64
# The zone is Cloudflare's. A resolver of the LAN often has a zone of its own for these names, where the record that is
# asked for never appears.
_RESOLVERS = "1.1.1.1:53,1.0.0.1:53"


def certificate_charts(resolved: Resolved) -> Iterator[NeededChart]:
    """Name the chart that brings cert-manager."""
    certificates = resolved.fleet.platform.certificates
    if certificates is None:
        return
    manager = certificates.cert_manager
    values: dict[str, Any] = {"crds": {"enabled": True}}
    if manager.acme:
        values |= {"dns01RecursiveNameservers": _RESOLVERS, "dns01RecursiveNameserversOnly": True}
    yield NeededChart(CHART, values, manager.version, manager.values)


def certificates_plan(resolved: Resolved) -> CertificatesPlan | None:
    """Decide the issuer."""
    certificates = resolved.fleet.platform.certificates
    if certificates is None:
        return None
    suffix = " CA"
    return CertificatesPlan(
        issuer=ISSUER,
        namespace=resolved.chart_of(CHART).namespace,
        authority=resolved.fleet.cluster.name[: _COMMON_NAME_AT_MOST - len(suffix)] + suffix,
        acme=_acme(certificates.cert_manager.acme),
    )


def _acme(acme: Acme | None) -> AcmePlan | None:
    if acme is None:
        return None
    return AcmePlan(acme.email, acme.server, secret_and_key(acme.cloudflare))
