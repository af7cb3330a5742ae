"""Raw manifests of the fleet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    title = metadata.get("name") or index if isinstance(metadata, dict) else index
    return _plain(f"{manifest.get('kind', 'object')}-{title}".lower()) + ".yaml"


def objects_in(manifest: object) -> Iterator[tuple[tuple[str | int, ...], dict[str, Any]]]:
    """Take a manifest apart as kustomize does: itself, or the objects of a list, each with its path in it.

    Whatever has `items` and a kind such as `List` or `ConfigMapList` is a list, in another list too, and needs no name.
    """
    body = manifest if isinstance(manifest, dict) else {}
    if "items" not in body or not str(body.get("kind")).endswith("List"):
        yield (), body
    elif isinstance(body["items"], list):
        for index, item in enumerate(body["items"]):
            yield from ((("items", index, *path), found) for path, found in objects_in(item))
    elif body["items"] is not None:
        yield ("items",), {}


def _plain(text: str) -> str:
    """Keep what is safe in a file's name."""
    return "-".join(re.findall(r"[A-Za-z0-9_.]+", text)).lstrip(".-")
