"""F5xx: storage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.checks.nearest import nearest
from pyfleet.checks.raw_objects import raw_objects
from pyfleet.checks.registry import Finding, check
from pyfleet.planning.storage import storage_plans
from pyfleet.resolved.stores import store_of, stores_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.checks.registry import Path
    from pyfleet.model.workloads import Volume
    from pyfleet.planning.types.storage import StoragePlan
    from pyfleet.resolved import Resolved


@check("F501")
def unknown_storage(resolved: Resolved) -> Iterator[Finding]:
    """A volume from storage that the fleet doesn't define: the pod would wait for its claim for ever."""
    fleet = resolved.fleet
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
def local_storage_of_an_unknown_host(resolved: Resolved) -> Iterator[Finding]:
    """Local storage on a host that the fleet doesn't have."""
    hosts = resolved.fleet.hosts
    for name, storage in resolved.fleet.storage.items():
        if storage.local and storage.local.host not in hosts:
            yield Finding(
                ("storage", name, "local", "host"),
                f"unknown host {storage.local.host!r}",
                nearest(storage.local.host, hosts),
            )


@check("F503")
def local_storage_of_another_host(resolved: Resolved) -> Iterator[Finding]:
    """A workload that can't reach its local storage.

    A directory of one host is mounted on that host only. A pod that is tied to another host, or that uses local storage
    of two hosts, can run nowhere.
    """
    fleet = resolved.fleet
    for name, workload in fleet.workloads.items():
        host = resolved.host_of(workload)
        for store in stores_of(workload):
            local = fleet.storage[store].local if store in fleet.storage else None
            if local and local.host != host:
                yield Finding(
                    ("workloads", name, "volumes"),
                    f"storage {store} is on {local.host}, but {name} runs on {host}",
                    "use storage that both can reach, or move one of them",
                    at_key=True,
                )


@check("F504")
def storage_of_an_unknown_class(resolved: Resolved) -> Iterator[Finding]:
    """Storage of a StorageClass that isn't there: the claim stays Pending, and the pod with it.

    k3s brings `local-path`, unless `local-storage` is disabled. Others come from a chart, which says so under
    `storageClasses`, or from a StorageClass among `manifests`.
    """
    known = _storage_classes(resolved)
    for place, name in _asked_of_classes(resolved):
        if name not in known:
            yield Finding(
                place,
                f"there is no StorageClass {name!r}",
                f"{nearest(name, known)}; one that a chart brings is listed in the chart's `storageClasses`, "
                "any other is a StorageClass in `manifests`",
            )


def _asked_of_classes(resolved: Resolved) -> Iterator[tuple[Path, str]]:
    for name, storage in resolved.fleet.storage.items():
        if storage.storage_class:
            yield ("storage", name, "class"), storage.storage_class
    yield from resolved.offers.storage_classes


def _storage_classes(resolved: Resolved) -> set[str]:
    """Name the StorageClasses that k3s, charts and raw manifests bring."""
    fleet = resolved.fleet
    known = {name for chart in fleet.charts.values() for name in chart.storage_classes}
    if "local-storage" not in fleet.cluster.k3s.disable:
        known.add("local-path")
    known |= {str(metadata.get("name")) for _, metadata in raw_objects(fleet, "StorageClass")}
    return known


@check("F523")
def storage_of_one_name(resolved: Resolved) -> Iterator[Finding]:
    """Two stores whose objects would have one name.

    A volume's name is made of namespace and store, and names of volumes are the whole cluster's: store `b-c` in
    namespace `a` and store `c` in `a-b` would be one volume, with the data of whichever was applied last. A local store
    called `path` would get the class `local-path`, which is k3s' own: Kubernetes refuses to change a class.
    """
    known = _storage_classes(resolved)
    first: dict[str, StoragePlan] = {}
    reported = set()
    for store in storage_plans(resolved.fleet).values():
        if store.volume is None:
            continue
        other = first.setdefault(store.volume, store)
        if other is not store:
            message = (
                f"its volume for namespace {store.namespace} would be {store.volume}, as that of {other.name} for "
            )
            yield Finding(
                ("storage", store.name), f"{message}{other.namespace}", "call one of the stores otherwise", at_key=True
            )
        if store.storage_class in known and store.name not in reported:
            reported.add(store.name)
            yield Finding(
                ("storage", store.name),
                f"its StorageClass would be {store.storage_class}, and there is another of that name",
                "call the store otherwise",
                at_key=True,
            )
