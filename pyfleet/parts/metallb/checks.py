"""F4xx: addresses that a load balancer gives out."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING, Any, NamedTuple

from pyfleet.checks.registry import Finding, check
from pyfleet.parts.metallb.model import LOAD_BALANCING, bounds
from pyfleet.resolved.manifests import objects_in
from pyfleet.resolved.names import fixed_addresses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.checks.registry import Path
    from pyfleet.model.fleet import Fleet
    from pyfleet.offers.names import FixedAddress
    from pyfleet.resolved import Resolved

METALLB = re.compile(r"^[\s-]*apiVersion:\s*[\"']?metallb\.io/|^\s*chart:\s*(?:\S*/)?metallb\s*$", re.MULTILINE)
"""In the text of a manifest: one of MetalLB's own kinds, or a HelmChart of it."""


class Taken(NamedTuple):
    """Addresses that are in use."""

    first: IPv4Address
    last: IPv4Address
    what: str


@check("F409")
def pool_of_addresses_that_are_taken(resolved: Resolved) -> Iterator[Finding]:
    """A pool of MetalLB with addresses that are in use.

    MetalLB answers ARP for every address that it gave out. Where a machine has that address too, some hosts of the LAN
    reach the one and some the other, and this changes from minute to minute. Addresses of pods and services can't be
    reached from outside the hosts. Use free addresses for pools, and keep them out of the router's DHCP range as well,
    which the fleet file doesn't know.
    """
    balancing = LOAD_BALANCING.of(resolved.fleet)
    taken = list(_taken(resolved.fleet))
    for name, text in balancing.metallb.pools.items() if balancing else ():
        first, last = bounds(text)
        for other in taken:
            if first <= other.last and other.first <= last:
                yield Finding(
                    ("platform", "loadBalancer", "metallb", "pools", name),
                    f"{text} overlaps {other.what}",
                    "give it free addresses",
                )
        taken.append(Taken(first, last, f"pool {name} ({text})"))


def _taken(fleet: Fleet) -> Iterator[Taken]:
    for what, text in (("pods", fleet.cluster.k3s.cluster_cidr), ("services", fleet.cluster.k3s.service_cidr)):
        network = IPv4Network(text)
        yield Taken(network[0], network[-1], f"the range of {what} ({text})")
    virtual = fleet.cluster.virtual_address
    single = [("the virtual address", virtual.address)] if virtual else []
    single += [(f"host {name}", host.address) for name, host in fleet.hosts.items()]
    single += [(f"the machine of service {name}", service.address) for name, service in fleet.services.items()]
    seen = set()
    for what, text in single:
        # Report a machine once, even if it has several services or is a host.
        if text not in seen:
            seen.add(text)
            yield Taken(IPv4Address(text), IPv4Address(text), f"{what} ({text})")


@check("F410")
def address_that_nobody_gives(resolved: Resolved) -> Iterator[Finding]:
    """A fixed address that is in no pool, or in a fleet without MetalLB.

    The Service would wait for it as `<pending>`, and nothing shows why. k3s' own load balancer has no addresses to
    give: it listens on those of the hosts.
    """
    balancing = LOAD_BALANCING.of(resolved.fleet)
    pools = balancing.metallb.pools if balancing else {}
    for fixed in fixed_addresses(resolved):
        if balancing is None:
            yield Finding(
                fixed.place,
                f"only MetalLB can give {fixed.address}, and the fleet has none",
                f"set `platform: {{loadBalancer: {{metallb: {{pools: {{lan: {fixed.address}-{fixed.address}}}}}}}}}`",
            )
        elif not any(_has(text, fixed.address) for text in pools.values()):
            known = ", ".join(f"{name} ({text})" for name, text in pools.items())
            yield Finding(fixed.place, f"{fixed.address} is in no pool", f"pools are {known}")


def _has(text: str, address: str) -> bool:
    first, last = bounds(text)
    return first <= IPv4Address(address) <= last


@check("F411")
def address_given_twice(resolved: Resolved) -> Iterator[Finding]:
    """One fixed address for two Services: whichever comes second waits for it for ever."""
    first: dict[str, FixedAddress] = {}
    for fixed in fixed_addresses(resolved):
        other = first.setdefault(fixed.address, fixed)
        if (other.namespace, other.service) != (fixed.namespace, fixed.service):
            whose = (
                f"{other.service} in namespace {other.namespace}" if other.service == fixed.service else other.service
            )
            yield Finding(
                fixed.place, f"{fixed.address} is also the address of {whose}", "give one of them another address"
            )


@check("F412")
def two_load_balancers(resolved: Resolved) -> Iterator[Finding]:
    """MetalLB, brought by hand, beside k3s' own load balancer.

    Both handle every Service of type LoadBalancer: by turns ServiceLB writes the hosts' addresses into its status, and
    MetalLB one of its pool. `platform.loadBalancer.metallb` brings MetalLB and switches ServiceLB off on all servers.
    """
    fleet = resolved.fleet
    if LOAD_BALANCING.of(fleet) or "servicelb" in fleet.cluster.k3s.disable:
        return
    for place, what in _metallb_by_hand(fleet):
        yield Finding(
            place,
            f"{what} brings MetalLB, and ServiceLB is on",
            "set `platform.loadBalancer.metallb` instead, or add `servicelb` to `cluster.k3s.disable`",
            at_key=place[0] == "charts",
        )


@check("F418", "warning")
def load_balancer_that_is_not_there(resolved: Resolved) -> Iterator[Finding]:
    """A Service that wants an address, in a fleet where nothing gives any.

    With ServiceLB disabled and no MetalLB it waits for its address as `<pending>`, and nothing shows why.
    """
    fleet = resolved.fleet
    given = LOAD_BALANCING.of(fleet) or "servicelb" not in fleet.cluster.k3s.disable
    if given or is_by_hand(fleet):
        return
    for name, workload in fleet.workloads.items():
        if workload.expose.load_balancer:
            yield Finding(
                ("workloads", name, "expose", "loadBalancer"),
                "ServiceLB is disabled, and nothing that the fleet names takes its place",
                "set `platform: {loadBalancer: {metallb: {pools: ...}}}`, or remove `servicelb` from "
                "`cluster.k3s.disable`",
                at_key=True,
            )


def is_by_hand(fleet: Fleet) -> bool:
    """Whether the fleet brings MetalLB by a chart or manifests of its own."""
    return any(True for _ in _metallb_by_hand(fleet))


def _metallb_by_hand(fleet: Fleet) -> Iterator[tuple[Path, str]]:
    for name, chart in fleet.charts.items():
        if _is_metallb(chart.chart):
            yield ("charts", name), f"the chart {name}"
    for index, manifest in enumerate(fleet.manifests):
        if isinstance(manifest, str):
            found = METALLB.search(fleet.manifest_files.get(manifest, "")) is not None
        else:
            found = any(_is_of_metallb(body) for _, body in objects_in(manifest))
        if found:
            yield ("manifests", index), "this manifest"


def _is_of_metallb(body: dict[str, Any]) -> bool:
    spec = body.get("spec")
    is_chart = isinstance(spec, dict) and _is_metallb(str(spec.get("chart")))
    return is_chart or str(body.get("apiVersion")).startswith("metallb.io/")


def _is_metallb(chart: str) -> bool:
    return chart.rpartition("/")[2] == "metallb"
