"""A Cloudflare Tunnel: names on the Internet, without an open port in the router."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.checks.registry import checks_of
from pyfleet.offers.offers import Offers
from pyfleet.offers.part import Part
from pyfleet.offers.secrets import WantedSecret
from pyfleet.parts.tunnel import checks
from pyfleet.parts.tunnel.decisions import NAME
from pyfleet.parts.tunnel.model import TUNNEL
from pyfleet.parts.tunnel.objects import apps, pods
from pyfleet.parts.tunnel.terraform import terraform_files

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.resolved import Resolved


def _offers(resolved: Resolved) -> Offers:
    tunnel = TUNNEL.of(resolved.fleet)
    if tunnel is None:
        return Offers()
    cloudflare = tunnel.cloudflare
    return Offers(internet_domain=cloudflare.domain, login=cloudflare.access is not None, namespaces=(NAME,))


def _secrets(resolved: Resolved) -> Iterator[WantedSecret]:
    tunnel = TUNNEL.of(resolved.fleet)
    if tunnel:
        place = ("platform", "tunnel", "cloudflare", "credentials")
        yield WantedSecret(NAME, tunnel.cloudflare.credentials, ("credentials.json",), place)


part = Part(
    name="tunnel",
    settings=(TUNNEL,),
    checks=checks_of(checks),
    offers=_offers,
    secrets=_secrets,
    pods=pods,
    apps=apps,
    files=terraform_files,
)
