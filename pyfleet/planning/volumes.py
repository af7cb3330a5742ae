"""Decide a pod's volumes and where they are mounted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyfleet.digest import digest
from pyfleet.planning.types.storage import MountPlan, StoragePlan, VolumePlan
from pyfleet.resolved.stores import store_of
from pyfleet.shared import PATTERNS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from pyfleet.model.catalog import Engine
    from pyfleet.model.workloads import Volume, Workload

SHARED_MEMORY = "/dev/shm"  # noqa: S108 - a mount point in the container
FILES = "files"
_KEY = re.compile(PATTERNS["secretItem"])
"""Keys of ConfigMaps are spelled as those of Secrets."""
_LONGEST_KEY = 240
"""Characters of a key that are kept beside a digest, of 253."""


def volume_plans(
    name: str,
    workload: Workload,
    engine: Engine,
    storage: Mapping[tuple[str, str], StoragePlan],
    *,
    has_shared_memory: bool = False,
) -> tuple[tuple[VolumePlan, ...], tuple[MountPlan, ...]]:
    """Decide volumes and mounts, in the order of the file; `has_shared_memory`: something else mounts /dev/shm."""
    volumes: dict[str, VolumePlan] = {}
    mounts: list[MountPlan] = []
    mounted = dict(workload.volumes)
    if workload.cache is not None and engine.cache_directory is not None:
        mounted.setdefault(engine.cache_directory, workload.cache)
    for path, volume in mounted.items():
        plan, directory, read_only = _source(path, volume, workload, storage)
        volumes.setdefault(plan.name, plan)
        mounts.append(MountPlan(plan.name, path, directory, read_only))
    if workload.files:
        files = _unused(FILES, volumes)
        volumes[files] = VolumePlan(files, config_map=name)
        mounts += [
            MountPlan(files, path, key, read_only=True)
            for path, key in zip(workload.files, file_keys(workload.files), strict=True)
        ]
    size = None if has_shared_memory else workload.shared_memory or engine.shared_memory
    if size and SHARED_MEMORY not in workload.volumes:
        memory = _unused("shared-memory", volumes)
        volumes[memory] = VolumePlan(memory, empty_dir=size, in_memory=True)
        mounts.append(MountPlan(memory, SHARED_MEMORY))
    return tuple(volumes.values()), tuple(mounts)


def _unused(name: str, volumes: Collection[str]) -> str:
    """Choose another name where a store has this one."""
    return f"{name}-{digest(name, 6)}" if name in volumes else name


def _source(
    path: str, volume: Volume, workload: Workload, storage: Mapping[tuple[str, str], StoragePlan]
) -> tuple[VolumePlan, str | None, bool]:
    """Decide the volume of one entry, the directory in it, and whether it is read-only."""
    if volume.storage is None:
        plan = VolumePlan(_name_of(path), host_path=volume.host_path, empty_dir=volume.empty_dir)
        return plan, None, volume.read_only
    store, directory = store_of(volume)
    claim = storage.get((workload.namespace, store))
    read_only = volume.read_only or (claim is not None and claim.access == "ReadOnlyMany")
    if workload.kind == "StatefulSet" and claim is not None and claim.volume is None:
        return VolumePlan(store, claim_template=claim), directory, read_only
    return VolumePlan(store, claim=store), directory, read_only


def _name_of(path: str) -> str:
    """Make a volume's name from the path where it is mounted; a digest keeps it short and unique."""
    words = "-".join(re.findall(r"[a-z0-9]+", path.lower()))
    return f"{words[:50].strip('-') or 'root'}-{digest(path, 6)}"


def file_keys(files: Collection[str]) -> list[str]:
    """Keys of the ConfigMap for these paths: the file's name, or the whole path where two have one name.

    What a key can't be, or would be twice, gets a digest of the path.
    """
    names = [path.rsplit("/", 1)[-1] for path in files]
    keys = [
        name if names.count(name) == 1 else path.strip("/").replace("/", "_")
        for path, name in zip(files, names, strict=True)
    ]
    return [
        key if _KEY.fullmatch(key) and keys.count(key) == 1 else _with_digest(key, path)
        for path, key in zip(files, keys, strict=True)
    ]


def _with_digest(key: str, path: str) -> str:
    return f"{re.sub('[^-_.A-Za-z0-9]', '_', key)[-_LONGEST_KEY:]}-{digest(path, 6)}"
