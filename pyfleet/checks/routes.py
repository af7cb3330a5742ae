"""F4xx: names that things are reached by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.checks.nearest import nearest
from pyfleet.checks.registry import Finding, check
from pyfleet.resolved.names import endpoints, names_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.offers.names import Endpoint
    from pyfleet.resolved import Resolved

TUNNEL = "`domain`, `tunnelId`, `accountId` and `zoneId` of your Cloudflare Tunnel"
# What no public CA signs: RFC 6762, RFC 8375, ICANN's name for private use, and what routers make up.


@check("F413")
def name_given_twice(resolved: Resolved) -> Iterator[Finding]:
    """One name for two Services.

    Traefik and the tunnel each choose one of them, and not always the same one. One Service may have the same name in
    the LAN and on the Internet. But two may not share a name, not even one in the LAN and one on the Internet.
    """
    first: dict[str, Endpoint] = {}
    objects: dict[tuple[str, str], Endpoint] = {}
    for endpoint in endpoints(resolved):
        host, external = names_of(resolved, endpoint)
        for key, name in (("ingress", host), ("tunnel", external)):
            other = first.setdefault(name, endpoint) if name else endpoint
            if other is not endpoint:
                yield Finding(
                    (*endpoint.place, key),
                    f"{name} is also the name of {_title(other)}",
                    f"choose another one: `{key}: <name>`",
                )
        other = objects.setdefault((endpoint.namespace, endpoint.name), endpoint) if host else endpoint
        if other is not endpoint:
            yield Finding(
                (*endpoint.place, "ingress"),
                f"{_title(other)} in namespace {endpoint.namespace} is exposed too: their routes would be one object",
                "rename one of the entries",
            )


def _title(endpoint: Endpoint) -> str:
    return f"{'the dashboard' if endpoint.kind == 'platform' else endpoint.kind} {endpoint.name}"


@check("F414")
def name_that_leads_nowhere(resolved: Resolved) -> Iterator[Finding]:
    """A name for something that has no such port.

    A workload without ports has no Service, and a Job doesn't get the ports of its engine. The name of a port has to be
    one of the workload's. Otherwise Traefik would answer with 404, and the tunnel with 502.
    """
    for endpoint in endpoints(resolved):
        for key, exposed in (("ingress", endpoint.exposed.ingress), ("tunnel", endpoint.exposed.tunnel)):
            if exposed is None:
                continue
            if not endpoint.ports:
                yield Finding((*endpoint.place, key), *_no_service(resolved, endpoint))
            elif exposed.port is not None and exposed.port not in endpoint.ports:
                yield Finding((*endpoint.place, key, "port"), *_no_port(endpoint, exposed.port))


def _no_service(resolved: Resolved, endpoint: Endpoint) -> tuple[str, str]:
    if resolved.fleet.workloads[endpoint.name].kind in {"Job", "CronJob"}:
        return f"{endpoint.name} does its work and ends: nobody can connect to it", "remove the name"
    return f"{endpoint.name} has no port to expose", "set `ports: {http: 8080}`"


def _no_port(endpoint: Endpoint, port: str) -> tuple[str, str]:
    if endpoint.kind != "workload":
        return f"{_title(endpoint)} has one port, without a name", "leave `port` out"
    return f"{endpoint.name} has no port {port}", nearest(port, endpoint.ports)


@check("F415")
def name_that_nobody_serves(resolved: Resolved) -> Iterator[Finding]:
    """A name for which the platform has no part: nothing would be rendered for it."""
    offers = resolved.offers
    for endpoint in endpoints(resolved):
        if endpoint.exposed.ingress and not offers.lan_domain:
            yield Finding(
                (*endpoint.place, "ingress"),
                f"{endpoint.name} has a name in the LAN, but the fleet has no ingress",
                "set its domain: `platform: {ingress: {domain: int.example.com}}`",
            )
        if endpoint.exposed.tunnel and not offers.internet_domain:
            yield Finding(
                (*endpoint.place, "tunnel"),
                f"{endpoint.name} has a name on the Internet, but the fleet has no tunnel",
                f"set `platform: {{tunnel: {{cloudflare: ...}}}}`, with {TUNNEL}",
            )
