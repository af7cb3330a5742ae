"""Objects of one kind among the fleet's raw manifests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml
from yaml.events import CollectionEndEvent, CollectionStartEvent

from pyfleet.resolved.manifests import objects_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.model.fleet import Fleet
    from pyfleet.offers.names import Path

DEEPEST = 100
"""Mappings and lists in each other that a manifest may have."""


def raw_objects(fleet: Fleet, kind: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Find the objects of a kind that have metadata, in files and beside them: each with its metadata.

    Values of those in files are all text.
    """
    return ((body, metadata) for _, body, metadata in placed_objects(fleet, kind))


def placed_objects(fleet: Fleet, kind: str) -> Iterator[tuple[Path, dict[str, Any], dict[str, Any]]]:
    """Find the same with the place of each in the fleet file: that of its file, or its own."""
    for index, manifest in enumerate(fleet.manifests):
        bodies = _objects(fleet.manifest_files.get(manifest, ""), kind) if isinstance(manifest, str) else [manifest]
        for path, body in (found for each in bodies for found in objects_in(each)):
            metadata = body.get("metadata")
            if body.get("kind") == kind and isinstance(metadata, dict):
                yield ("manifests", index, *(() if isinstance(manifest, str) else path)), body, metadata


def _objects(text: str, kind: str) -> list[dict[str, Any]]:
    """Read a raw manifest as far as it can be; what is wrong with it, kustomize says."""
    # No tag means anything to this loader, so that none can be wrong.
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        if kind not in text or _is_deep(text, loader):
            return []
        return [body for body in yaml.load_all(text, Loader=loader) if isinstance(body, dict)]
    except (yaml.YAMLError, RecursionError):
        return []


def _is_deep(text: str, loader: Any) -> bool:
    """Whether a text is nested deeper than any manifest, event by event: reading its values would crash libyaml."""
    depth = 0
    for event in yaml.parse(text, Loader=loader):
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if depth > DEEPEST:
            return True
    return False
