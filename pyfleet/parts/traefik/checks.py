"""Traefik, and the domain of names in the LAN."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.checks.registry import Finding, check
from pyfleet.parts.traefik.charts import is_packaged
from pyfleet.parts.traefik.model import INGRESS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.resolved import Resolved


PRIVATE = ("local", "lan", "home", "home.arpa", "internal", "localdomain")


@check("F416")
def traefik_beside_the_packaged_one(resolved: Resolved) -> Iterator[Finding]:
    """A Traefik of the fleet's own, in a cluster where k3s brings one.

    k3s installs the version that it packages, whatever the fleet file has, and a chart of the same name is the same
    release to Helm: each undoes the other. Disabled in k3s, Traefik is a chart like any other, in a namespace of its
    own.
    """
    fleet = resolved.fleet
    if not is_packaged(fleet):
        return
    hint = "add `traefik` to `cluster.k3s.disable`"
    ingress = INGRESS.of(fleet)
    if ingress and ingress.traefik.version:
        place = ("platform", "ingress", "traefik", "version")
        yield Finding(place, "this Traefik is the one that k3s packages, in k3s' version", hint)
    if "traefik" in fleet.charts:
        yield Finding(("charts", "traefik"), "k3s has a chart of this name of its own", hint, at_key=True)


@check("F417", "warning")
def domain_that_few_can_use(resolved: Resolved) -> Iterator[Finding]:
    """A domain that can't serve for names in the LAN, or not with a public CA.

    Names under `.local` are resolved by multicast (mDNS), not by a DNS server: some machines find them, others don't. A
    public CA signs only names of a domain that somebody owns.
    """
    ingress = INGRESS.of(resolved.fleet)
    if ingress is None:
        return
    domain = ingress.domain
    place = ("platform", "ingress", "domain")
    if _is_under(domain, "local"):
        yield Finding(place, f"names under {domain} are resolved by mDNS, not by a DNS server", "use another domain")
    elif resolved.offers.public_ca and any(_is_under(domain, private) for private in PRIVATE):
        yield Finding(
            place,
            f"no public CA signs names under {domain}",
            "use a domain that you own, or remove `acme` for a CA of the cluster's own",
        )


def _is_under(domain: str, suffix: str) -> bool:
    return domain == suffix or domain.endswith(f".{suffix}")
