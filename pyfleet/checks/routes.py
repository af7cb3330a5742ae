"""F4xx: names that things are reached by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.checks.nearest import nearest
from pyfleet.checks.registry import Finding, check
from pyfleet.planning.platform.load_balancer import traefik_is_packaged
from pyfleet.planning.platform.routes import entries, names_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.planning.platform.routes import Entry
    from pyfleet.resolved import Resolved

TUNNEL = "`domain`, `tunnelId`, `accountId` and `zoneId` of your Cloudflare Tunnel"
# What no public CA signs: RFC 6762, RFC 8375, ICANN's name for private use, and what routers make up.
PRIVATE = ("local", "lan", "home", "home.arpa", "internal", "localdomain")


def _entries(resolved: Resolved) -> list[Entry]:
    ports = {name: resolved.ports_of(workload) for name, workload in resolved.fleet.workloads.items()}
    return list(entries(resolved, ports))


@check("F413")
def name_given_twice(resolved: Resolved) -> Iterator[Finding]:
    """One name for two things.

    Traefik and the tunnel each choose one of them, and not always the same one. A thing may have one name in the LAN
    and on the Internet; two things may not share one, nor may the LAN lead elsewhere than the Internet.
    """
    first: dict[str, Entry] = {}
    objects: dict[tuple[str, str], Entry] = {}
    for entry in _entries(resolved):
        host, external = names_of(resolved, entry)
        for key, name in (("ingress", host), ("tunnel", external)):
            other = first.setdefault(name, entry) if name else entry
            if other is not entry:
                yield Finding(
                    (*entry.place, key),
                    f"{name} is also the name of {_title(other)}",
                    f"say another one: `{key}: <name>`",
                )
        other = objects.setdefault((entry.namespace, entry.name), entry) if host else entry
        if other is not entry:
            yield Finding(
                (*entry.place, "ingress"),
                f"{_title(other)} in namespace {entry.namespace} is exposed too: their routes would be one object",
                "rename one of the entries",
            )


def _title(entry: Entry) -> str:
    return f"{'the dashboard' if entry.kind == 'platform' else entry.kind} {entry.name}"


@check("F414")
def name_that_leads_nowhere(resolved: Resolved) -> Iterator[Finding]:
    """A name for something that nobody can connect to.

    A workload without ports has no Service, and a Job has none of its engine's. A port's name has to be one of the
    workload's. Whoever opened the name would get 404 from Traefik, or 502 from the tunnel.
    """
    for entry in _entries(resolved):
        for key, exposed in (("ingress", entry.exposed.ingress), ("tunnel", entry.exposed.tunnel)):
            if exposed is None:
                continue
            if not entry.ports:
                yield Finding((*entry.place, key), *_no_service(resolved, entry))
            elif exposed.port is not None and exposed.port not in entry.ports:
                yield Finding((*entry.place, key, "port"), *_no_port(entry, exposed.port))


def _no_service(resolved: Resolved, entry: Entry) -> tuple[str, str]:
    if resolved.fleet.workloads[entry.name].kind in {"Job", "CronJob"}:
        return f"{entry.name} does its work and ends: nobody can connect to it", "remove the name"
    return f"{entry.name} has no port to expose", "say `ports: {http: 8080}`"


def _no_port(entry: Entry, port: str) -> tuple[str, str]:
    if entry.kind != "workload":
        return f"{_title(entry)} has one port, without a name", "leave `port` out"
    return f"{entry.name} has no port {port}", nearest(port, entry.ports)


@check("F415")
def name_that_nobody_serves(resolved: Resolved) -> Iterator[Finding]:
    """A name for which the platform has no part: nothing would be rendered for it."""
    platform = resolved.fleet.platform
    for entry in _entries(resolved):
        if entry.exposed.ingress and platform.ingress is None:
            yield Finding(
                (*entry.place, "ingress"),
                f"{entry.name} is to have a name in the LAN, and the fleet has no ingress",
                "say under what domain: `platform: {ingress: {domain: int.example.com}}`",
            )
        if entry.exposed.tunnel and platform.tunnel is None:
            yield Finding(
                (*entry.place, "tunnel"),
                f"{entry.name} is to have a name on the Internet, and the fleet has no tunnel",
                f"say `platform: {{tunnel: {{cloudflare: ...}}}}`, with {TUNNEL}",
            )


@check("F416")
def traefik_beside_the_packaged_one(resolved: Resolved) -> Iterator[Finding]:
    """A Traefik of the fleet's own, in a cluster where k3s brings one.

    k3s installs the version that it packages, whatever the fleet file says, and a chart of the same name is taken for
    the same release: each undoes the other. Disabled in k3s, Traefik is a chart like any other, in a namespace of its
    own.
    """
    fleet = resolved.fleet
    if not traefik_is_packaged(fleet):
        return
    hint = "add `traefik` to `cluster.k3s.disable`"
    if fleet.platform.ingress and fleet.platform.ingress.traefik.version:
        place = ("platform", "ingress", "traefik", "version")
        yield Finding(place, "this Traefik is the one that k3s packages, in k3s' version", hint)
    if "traefik" in fleet.charts:
        yield Finding(("charts", "traefik"), "k3s has a chart of this name of its own", hint, at_key=True)


@check("F417", "warning")
def domain_that_few_can_use(resolved: Resolved) -> Iterator[Finding]:
    """A domain for names in the LAN that doesn't do what is asked of it.

    Names under `.local` are asked of the neighbours by multicast, not of a DNS server: some machines find them, others
    don't. A public CA signs only names of a domain that somebody owns.
    """
    platform = resolved.fleet.platform
    if platform.ingress is None:
        return
    domain = platform.ingress.domain
    place = ("platform", "ingress", "domain")
    if _is_under(domain, "local"):
        yield Finding(place, f"{domain} is asked of the neighbours (mDNS), not of a DNS server", "say another domain")
    elif (
        platform.certificates and platform.certificates.cert_manager.acme and any(_is_under(domain, p) for p in PRIVATE)
    ):
        yield Finding(
            place,
            f"no public CA signs names under {domain}",
            "say a domain that you own, or leave `acme` out for a CA of the cluster's own",
        )


def _is_under(domain: str, suffix: str) -> bool:
    return domain == suffix or domain.endswith(f".{suffix}")
