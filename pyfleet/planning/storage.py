"""Decide claims and volumes: a volume is bound by one claim, so each namespace that uses a store gets its own pair."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pyfleet.planning.types.storage import StoragePlan
from pyfleet.resolved.stores import stores_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyfleet.model.fleet import Fleet
    from pyfleet.model.storage import Storage
    from pyfleet.planning.types.workloads import WorkloadPlan


def storage_plans(fleet: Fleet) -> dict[tuple[str, str], StoragePlan]:
    """Decide storage by (namespace, name), for the stores that are used."""
    used = {
        (workload.namespace, store): fleet.storage[store]
        for workload in fleet.workloads.values()
        for store in stores_of(workload)
        if store in fleet.storage
    }
    return {key: _plan(*key, storage) for key, storage in sorted(used.items())}


def _plan(namespace: str, name: str, storage: Storage) -> StoragePlan:
    if storage.storage_class is not None:
        return StoragePlan(name, namespace, storage.size, storage.access, storage.storage_class)
    volume = f"{namespace}-{name}"
    if storage.nfs is not None:
        return StoragePlan(
            name,
            namespace,
            storage.size,
            storage.access,
            storage_class=f"nfs-{name}",
            volume=volume,
            nfs_server=storage.nfs.server,
            path=storage.nfs.path,
            mount_options=tuple(storage.nfs.mount_options),
        )
    local = storage.local
    return StoragePlan(
        name,
        namespace,
        storage.size,
        storage.access,
        storage_class=f"local-{name}",
        volume=volume,
        path=local.path if local else None,
        host=local.host if local else None,
    )


def nfs_hosts(fleet: Fleet, workloads: Iterable[WorkloadPlan]) -> set[str]:
    """Hosts on which a workload may mount NFS."""
    nfs = {name for name, storage in fleet.storage.items() if storage.nfs is not None}
    hosts: set[str] = set()
    for workload in workloads:
        if len(hosts) == len(fleet.hosts):
            break
        if nfs.intersection(stores_of(workload.spec)):
            hosts.update(workload.hosts)
    return hosts


def local_directories(stores: Iterable[StoragePlan]) -> dict[str, tuple[str, ...]]:
    """Directories of the local stores that are used, by host."""
    found: dict[str, set[str]] = defaultdict(set)
    for store in stores:
        if store.host is not None and store.path is not None:
            found[store.host].add(store.path)
    return {host: tuple(sorted(paths)) for host, paths in found.items()}
