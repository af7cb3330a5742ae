"""Every NixOS host of every fleet of the repository, as NixOS evaluates it."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
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
    """Return everybody that a host's rules tell apart, and one that they don't know."""
    found = {"outsider": Source(OUTSIDER, frozenset())}
    for other, node in host["nodes"].items():
        if other != name:
            found[other] = Source(node["address"], frozenset({"nodes", f"{node['role']}s"}))
    for number, network in enumerate(host["admins"]):
        found[f"admin-{number}"] = Source(str(ipaddress.ip_network(network)[-1]), frozenset({"admins"}))
    return found


def planned_for(host: dict[str, Any], source: Source) -> set[Port]:
    """Return the ports that a host opens to somebody."""
    ports = {("tcp", port) for port in host["allowedTCPPorts"]} | {("udp", port) for port in host["allowedUDPPorts"]}
    for rule in host["allow"]:
        if rule["from"] in source.known_as:
            ports |= {(rule["protocol"], port) for port in rule["ports"]}
    return ports


def ports_to_try(host: dict[str, Any]) -> list[Port]:
    """Return all ports that a host opens to anybody, and one of each protocol that it doesn't."""
    everybody = Source("", frozenset({"nodes", "servers", "admins"}))
    return sorted(planned_for(host, everybody) | {("tcp", UNPLANNED), ("udp", UNPLANNED)})
