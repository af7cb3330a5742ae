"""A tree of manifests as kustomize sees it: found by its place, read from its root kustomization down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from tests.conftest import fleet_folders

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

KUSTOMIZATION = "kustomization.yaml"


@dataclass(frozen=True)
class Object:
    """A Kubernetes object, and where it was read from."""

    place: str
    body: dict[str, Any]

    @property
    def api_version(self) -> str:
        return str(self.body["apiVersion"])

    @property
    def group(self) -> str:
        return self.api_version.rpartition("/")[0]

    @property
    def kind(self) -> str:
        return str(self.body["kind"])

    @property
    def name(self) -> str:
        return str(self.body["metadata"]["name"])

    @property
    def namespace(self) -> str:
        """Namespace it is in, as kubectl has it; means nothing for cluster-wide kinds."""
        return str(self.body["metadata"].get("namespace", "default"))

    @property
    def identity(self) -> tuple[str, str, str, str]:
        return (self.group, self.kind, self.namespace, self.name)

    def __str__(self) -> str:
        return f"{self.place}: {self.kind} {self.name}"


def rendered_trees() -> list[Path]:
    """Roots of all trees that are committed, this repository's own fleet first."""
    trees = (fleet / "rendered" / "kubernetes" for fleet in fleet_folders())
    return [tree for tree in trees if tree.is_dir()]


def read_tree(root: Path) -> list[Object]:
    """Objects of a tree, before patches."""
    return [each for path in _resources(root) for each in read_objects(path.read_text(), str(path.relative_to(root)))]


def read_objects(text: str, place: str) -> list[Object]:
    """Objects of a YAML stream."""
    return [Object(place, body) for body in yaml.safe_load_all(text) if body is not None]


def forgotten_files(root: Path) -> set[str]:
    """Files of a tree that no kustomization names, so that nothing would ever apply them."""
    named = set(_kustomizations(root)) | set(_resources(root)) | set(_patches(root))
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file() and path not in named}


def _kustomizations(folder: Path) -> Iterator[Path]:
    yield folder / KUSTOMIZATION
    for each in _entries(folder, "resources"):
        if (folder / each).is_dir():
            yield from _kustomizations(folder / each)


def _resources(root: Path) -> Iterable[Path]:
    for kustomization in _kustomizations(root):
        folder = kustomization.parent
        yield from (folder / each for each in _entries(folder, "resources") if not (folder / each).is_dir())


def _patches(root: Path) -> Iterable[Path]:
    for kustomization in _kustomizations(root):
        folder = kustomization.parent
        yield from (folder / each["path"] for each in _entries(folder, "patches") if "path" in each)


def _entries(folder: Path, key: str) -> list[Any]:
    entries: list[Any] = yaml.safe_load((folder / KUSTOMIZATION).read_text()).get(key, [])
    return entries
