"""cert-manager: certificates of names in the LAN, of a CA of the cluster's own or of a public one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyfleet.offers.charts import NeededChart
from pyfleet.offers.offers import Offers
from pyfleet.offers.part import Part
from pyfleet.offers.secrets import WantedSecret, wanted_key
from pyfleet.parts.cert_manager.model import CERTIFICATES
from pyfleet.parts.cert_manager.objects import CHART, ISSUER, apps, authority_name, certificate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.resolved import Resolved

# The zone is at Cloudflare. A DNS resolver in the LAN often has its own zone for these names, in which the ACME record
# never appears.
_RESOLVERS = "1.1.1.1:53,1.0.0.1:53"


def _offers(resolved: Resolved) -> Offers:
    certificates = CERTIFICATES.of(resolved.fleet)
    if certificates is None:
        return Offers()
    public = certificates.cert_manager.acme is not None
    return Offers(
        issuer=ISSUER,
        public_ca=public,
        signed_by="a public CA's" if public else authority_name(resolved.fleet.cluster.name),
    )


def _charts(resolved: Resolved) -> Iterator[NeededChart]:
    certificates = CERTIFICATES.of(resolved.fleet)
    if certificates is None:
        return
    values: dict[str, Any] = {"crds": {"enabled": True}}
    if certificates.cert_manager.acme:
        values |= {"dns01RecursiveNameservers": _RESOLVERS, "dns01RecursiveNameserversOnly": True}
    yield NeededChart(CHART, values, certificates.cert_manager)


def _secrets(resolved: Resolved) -> Iterator[WantedSecret]:
    certificates = CERTIFICATES.of(resolved.fleet)
    if certificates and certificates.cert_manager.acme:
        place = ("platform", "certificates", "certManager", "acme", "cloudflare")
        source = certificates.cert_manager.acme.cloudflare
        yield wanted_key(resolved.chart_of(CHART).namespace, source, place)


part = Part(
    name="cert_manager",
    catalog=Path(__file__).with_name("charts.yaml"),
    settings=(CERTIFICATES,),
    offers=_offers,
    charts=_charts,
    secrets=_secrets,
    apps=apps,
    certificate=certificate,
)
