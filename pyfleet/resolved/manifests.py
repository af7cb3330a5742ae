"""Raw manifests of the fleet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyfleet.model.fleet import Fleet


def manifests(fleet: Fleet) -> tuple[tuple[str, str | dict[str, Any]], ...]:
    """Give each raw manifest a file: its name, and its text or its one object."""
    return tuple(
        (manifest_file(index, manifest), fleet.manifest_files[manifest] if isinstance(manifest, str) else manifest)
        for index, manifest in enumerate(fleet.manifests)
    )


def manifest_file(index: int, manifest: str | dict[str, Any]) -> str:
    """Name a raw manifest's file: by its own name, or after the object."""
    if isinstance(manifest, str):
        return _plain(manifest.rpartition(".")[0]) + ".yaml"
    metadata = manifest.get("metadata")
    title = metadata.get("name", index) if isinstance(metadata, dict) else index
    return _plain(f"{manifest.get('kind', 'object')}-{title}".lower()) + ".yaml"


def _plain(text: str) -> str:
    """Keep what is safe in a file's name."""
    return "-".join(re.findall(r"[A-Za-z0-9_.]+", text)).lstrip(".-")
