"""Traefik: names in the LAN. Packaged by k3s, or a chart of its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pyfleet.checks.registry import checks_of
from pyfleet.offers.names import Endpoint, FixedAddress
from pyfleet.offers.offers import Offers
from pyfleet.offers.part import Part
from pyfleet.parts.traefik import checks
from pyfleet.parts.traefik.charts import charts, is_packaged, namespace_of
from pyfleet.parts.traefik.model import INGRESS
from pyfleet.parts.traefik.objects import apps, entry_objects

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.resolved import Resolved

PORTS = (80, 443)
DASHBOARD = "traefik-dashboard"
"""Service by which the tunnel reaches Traefik's own dashboard."""
DASHBOARD_PORT = 80


def _offers(resolved: Resolved) -> Offers:
    ingress = INGRESS.of(resolved.fleet)
    on_hosts = dict.fromkeys(PORTS, "Traefik") if ingress or is_packaged(resolved.fleet) else {}
    if ingress is None:
        return Offers(on_hosts=on_hosts)
    place = ("platform", "ingress", "traefik", "address")
    address = ingress.traefik.address
    fixed = (FixedAddress(address, place, namespace_of(resolved), "traefik", PORTS),) if address else ()
    return Offers(lan_domain=ingress.domain, addresses=fixed, on_hosts=on_hosts)


def _endpoints(resolved: Resolved) -> Iterator[Endpoint]:
    ingress = INGRESS.of(resolved.fleet)
    if ingress:
        yield Endpoint(
            name="traefik",
            kind="platform",
            place=("platform", "ingress", "traefik", "dashboard"),
            exposed=ingress.traefik.dashboard,
            namespace=namespace_of(resolved),
            service=DASHBOARD,
            ports={"": DASHBOARD_PORT},
            title="Traefik",
            of_ingress=True,
        )


part = Part(
    name="traefik",
    catalog=Path(__file__).with_name("charts.yaml"),
    settings=(INGRESS,),
    checks=checks_of(checks),
    offers=_offers,
    charts=charts,
    endpoints=_endpoints,
    apps=apps,
    entry_objects=entry_objects,
)
