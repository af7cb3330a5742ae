"""Which named storage a workload mounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyfleet.model.workloads import Volume, Workload


def store_of(volume: Volume) -> tuple[str, str | None]:
    """Split `models/diffusion` into the store's name and the directory in it."""
    name, _, directory = (volume.storage or "").partition("/")
    return name, directory or None


def stores_of(workload: Workload) -> list[str]:
    """Names of the stores that a workload mounts, each once."""
    mounted = [*workload.volumes.values(), *([workload.cache] if workload.cache else [])]
    return list(dict.fromkeys(store_of(volume)[0] for volume in mounted if volume.storage))
