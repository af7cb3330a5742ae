"""The names and addresses that things are reached by, as `pyfleet plan` shows them."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from pyfleet.resolved.names import fixed_addresses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.planning.routes import Route
    from pyfleet.planning.types.whole import Plan


@dataclass(frozen=True, slots=True)
class WayIn:
    """A name or an address, and where it leads."""

    name: str
    leads_to: str
    certificate: str | None
    access: str

    def row(self) -> tuple[str, ...]:
        """Put it as a row of the table."""
        return (self.name, self.leads_to, self.certificate or "-", self.access)

    def document(self) -> dict[str, str | None]:
        """Put it as JSON."""
        return {
            "name": self.name,
            "leadsTo": self.leads_to,
            "certificate": self.certificate,
            "access": self.access,
        }


def ways_in(plan: Plan) -> list[WayIn]:
    """Gather them: names in the LAN, names on the Internet, fixed addresses."""
    inside = [_in_the_lan(plan, route, route.host) for route in plan.routes if route.host]
    outside = [_on_the_internet(plan, route, route.external) for route in plan.routes if route.external]
    by_name = [*sorted(inside, key=lambda way: way.name), *sorted(outside, key=lambda way: way.name)]
    return [*by_name, *_addresses(plan)]


def _in_the_lan(plan: Plan, route: Route, host: str) -> WayIn:
    certificate = plan.resolved.offers.signed_by if route.certificate else "Traefik's default"
    return WayIn(host, _target(route), certificate, "LAN")


def _on_the_internet(plan: Plan, route: Route, external: str) -> WayIn:
    asked = route.access and plan.resolved.offers.login
    return WayIn(external, _target(route), "Cloudflare's", "Internet, after a login" if asked else "Internet")


def _target(route: Route) -> str:
    endpoint = route.endpoint
    return "Traefik's dashboard" if endpoint.of_ingress else f"{endpoint.service}.{endpoint.namespace}:{route.port}"


def _addresses(plan: Plan) -> Iterator[WayIn]:
    fixed = fixed_addresses(plan.resolved) if plan.resolved.offers.address_annotation else ()
    for each in sorted(fixed, key=lambda each: IPv4Address(each.address)):
        ports = ",".join(map(str, each.ports))
        yield WayIn(each.address, f"{each.service}.{each.namespace}:{ports}", None, "LAN")
