"""Which hosts give out their cards in which way."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyfleet.resolved.labels import is_dra, runtime_class_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyfleet.model.catalog import GpuProduct
    from pyfleet.model.hosts import Host
    from pyfleet.resolved import Resolved

STABLE = "stable"
"""The newest production branch."""


def plugin_hosts(resolved: Resolved) -> dict[str, Host]:
    """Hosts with cards that the device plugin gives out, by name."""
    hosts = {name: resolved.fleet.hosts[name] for name in resolved.cards}
    return {name: host for name, host in hosts.items() if not is_dra(host)}


def plugin_runtimes(resolved: Resolved) -> list[str]:
    """RuntimeClasses of those hosts."""
    return sorted({runtime for host in plugin_hosts(resolved).values() if (runtime := runtime_class_of(host))})


def dra_hosts(resolved: Resolved) -> list[str]:
    """Hosts with cards that are given out by Dynamic Resource Allocation."""
    return [name for name in resolved.cards if is_dra(resolved.fleet.hosts[name])]


def hosts_with_exporter(resolved: Resolved) -> list[str]:
    """Name the hosts whose cards NVIDIA's exporter reports: all but Jetsons, which have no NVML."""
    return [
        name
        for name, host in resolved.fleet.hosts.items()
        if any(not product.tegra for product in resolved.products_of(host))
    ]


def driver_of(products: Sequence[GpuProduct]) -> str:
    """Choose a host's driver branch, as nixpkgs calls it: the last one of the card that was dropped first."""
    dropped = [product.driver for product in products if product.driver != STABLE]
    return min(dropped, key=branch_of) if dropped else STABLE


def branch_of(driver: str) -> int:
    """Return the number of a driver branch: 580 for `legacy_580`."""
    return int(re.sub(r"[^0-9]", "", driver) or 0)


def hosts_of_operator(resolved: Resolved) -> list[str]:
    """Name the hosts whose exporter the GPU operator runs: those whose cards DRA gives out are not among them."""
    if not resolved.offers.gpu_operator:
        return []
    return [name for name in hosts_with_exporter(resolved) if not is_dra(resolved.fleet.hosts[name])]
