"""F5xx: storage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.checks.nearest import nearest
from pyfleet.checks.registry import Finding, check
from pyfleet.planning.storage import store_of, stores_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.checks.registry import Path
    from pyfleet.model.workloads import Volume
    from pyfleet.planning.inventory import Inventory


@check("F501")
def unknown_storage(inventory: Inventory) -> Iterator[Finding]:
    """A volume from storage that the fleet doesn't define: the pod would wait for its claim for ever."""
    fleet = inventory.fleet
    for name, workload in fleet.workloads.items():
        places: list[tuple[Path, Volume]] = [
            (("workloads", name, "volumes", path), volume) for path, volume in workload.volumes.items()
        ]
        if workload.cache is not None:
            places.append((("workloads", name, "cache"), workload.cache))
        for place, volume in places:
            store, _ = store_of(volume)
            if volume.storage and store not in fleet.storage:
                yield Finding(place, f"unknown storage {store!r}", nearest(store, fleet.storage))


@check("F502")
def local_storage_of_an_unknown_host(inventory: Inventory) -> Iterator[Finding]:
    """Local storage on a host that the fleet doesn't have."""
    hosts = inventory.fleet.hosts
    for name, storage in inventory.fleet.storage.items():
        if storage.local and storage.local.host not in hosts:
            yield Finding(
                ("storage", name, "local", "host"),
                f"unknown host {storage.local.host!r}",
                nearest(storage.local.host, hosts),
            )


@check("F503")
def local_storage_of_another_host(inventory: Inventory) -> Iterator[Finding]:
    """A workload that can't reach its local storage.

    A directory of one host is mounted on that host only. Tied to another host, or to the storage of two, the pod fits
    nowhere.
    """
    fleet = inventory.fleet
    for name, workload in fleet.workloads.items():
        host = inventory.host_of(workload)
        for store in stores_of(workload):
            local = fleet.storage[store].local if store in fleet.storage else None
            if local and local.host != host:
                yield Finding(
                    ("workloads", name, "volumes"),
                    f"storage {store} is on {local.host}, but {name} runs on {host}",
                    "use storage that both can reach, or move one of them",
                    at_key=True,
                )
