"""Every NixOS host of every fleet of the repository, as NixOS evaluates it."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from itertools import chain
from typing import Any

from tests.conftest import fleet_folders

HOSTS = [
    (folder, path.stem) for folder in fleet_folders() for path in sorted((folder / "rendered" / "nix").glob("*.nix"))
]
IDS = [f"{folder.name}-{host}" for folder, host in HOSTS]

OUTSIDER = "203.0.113.77"
UNPLANNED = 12345

Port = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Source:
    """Somebody who connects: an address, and as what the fleet's rules know it."""

    address: str
    known_as: frozenset[str]


def sources_of(host: dict[str, Any], name: str) -> dict[str, Source]:
    """Return a source for each group in a host's rules, and one that they don't know."""
    found = {"outsider": Source(OUTSIDER, frozenset())}
    for other, node in host["nodes"].items():
        if other != name:
            found[other] = Source(node["address"], frozenset({"nodes", f"{node['role']}s"}))
    for number, network in enumerate(host["admins"]):
        found[f"admin-{number}"] = Source(str(ipaddress.ip_network(network)[-1]), frozenset({"admins"}))
    networks = sorted(
        set(chain.from_iterable(rule["from"] for rule in host["allow"] if isinstance(rule["from"], list)))
    )
    for network in networks:
        found[network] = Source(str(ipaddress.ip_network(network)[-1]), frozenset())
    return {
        who: Source(source.address, source.known_as | within(source.address, networks)) for who, source in found.items()
    }


def within(address: str, networks: list[str]) -> frozenset[str]:
    """Return those of some networks that an address is in."""
    return frozenset(each for each in networks if ipaddress.ip_address(address) in ipaddress.ip_network(each))


def names_of(rule: dict[str, Any]) -> set[str]:
    """Return whom a rule is for: a name, or networks."""
    return set(rule["from"]) if isinstance(rule["from"], list) else {rule["from"]}


def planned_for(host: dict[str, Any], source: Source) -> set[Port]:
    """Return the ports that a host opens to somebody."""
    ports = {("tcp", port) for port in host["allowedTCPPorts"]} | {("udp", port) for port in host["allowedUDPPorts"]}
    for rule in host["allow"]:
        if names_of(rule) & source.known_as:
            ports |= {(rule["protocol"], port) for port in rule["ports"]}
    return ports


def ports_to_try(host: dict[str, Any]) -> list[Port]:
    """Return all ports that a host opens to anybody, and one of each protocol that it doesn't."""
    everybody = Source("", frozenset(chain.from_iterable(map(names_of, host["allow"]))))
    return sorted(planned_for(host, everybody) | {("tcp", UNPLANNED), ("udp", UNPLANNED)})
