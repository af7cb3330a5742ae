"""Volumes, and where they are mounted."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MountPlan:
    """Where a volume appears in the container."""

    volume: str
    path: str
    sub_path: str | None = None
    read_only: bool = False


@dataclass(frozen=True, slots=True)
class VolumePlan:
    """A volume of a pod; exactly one of its sources is set."""

    name: str
    claim: str | None = None
    claim_template: StoragePlan | None = None
    host_path: str | None = None
    config_map: str | None = None
    empty_dir: str | None = None
    in_memory: bool = False


@dataclass(frozen=True, slots=True)
class StoragePlan:
    """A named store in one namespace: a claim, and the volume it is bound to unless a class provisions it."""

    name: str
    namespace: str
    size: str
    access: str
    storage_class: str
    volume: str | None = None
    nfs_server: str | None = None
    path: str | None = None
    mount_options: tuple[str, ...] = ()
    host: str | None = None
