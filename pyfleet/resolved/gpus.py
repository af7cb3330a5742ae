"""Which hosts give out their cards in which way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.resolved.labels import is_dra, runtime_class_of

if TYPE_CHECKING:
    from pyfleet.model.hosts import Host
    from pyfleet.resolved import Resolved


def plugin_hosts(resolved: Resolved) -> list[Host]:
    """Hosts with cards that the device plugin gives out."""
    hosts = (resolved.fleet.hosts[name] for name in resolved.cards)
    return [host for host in hosts if not is_dra(host)]


def plugin_runtimes(resolved: Resolved) -> list[str]:
    """RuntimeClasses of those hosts."""
    return sorted({runtime for host in plugin_hosts(resolved) if (runtime := runtime_class_of(host))})


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


def hosts_of_operator(resolved: Resolved) -> list[str]:
    """Name the hosts whose exporter the GPU operator runs: it has nothing to do with cards that DRA gives out."""
    if not resolved.offers.gpu_operator:
        return []
    return [name for name in hosts_with_exporter(resolved) if not is_dra(resolved.fleet.hosts[name])]
