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
TREES = ("kubernetes", "argocd")
# The same as the safe loader, ten times as fast, where PyYAML was built with it.
LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


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
    """Roots of all trees that are committed and that kustomize builds, this repository's own fleet first."""
    return [tree for fleet in fleet_folders() for tree in trees_of(fleet / "rendered")]


def trees_of(rendered: Path) -> list[Path]:
    """Roots of the trees of one fleet."""
    return [rendered / name for name in TREES if is_tree(rendered / name)]


def read_fleet(rendered: Path) -> list[Object]:
    """All objects of a fleet: of its trees, and of the files that the first server applies by itself."""
    objects = [each for tree in trees_of(rendered) for each in read_tree(tree)]
    seen = {each.identity for each in objects}
    # The cluster may be started with some of what it then pulls.
    return [*objects, *(each for each in read_started_with(rendered) if each.identity not in seen)]


def read_started_with(rendered: Path) -> list[Object]:
    """Objects of the files that are applied as they are: by the first server, or a tree without a kustomization."""
    folders = [rendered / "bootstrap", *(rendered / name for name in TREES if not is_tree(rendered / name))]
    return [
        each
        for folder in folders
        for path in sorted(folder.rglob("*.yaml"))
        if path.name != KUSTOMIZATION
        for each in read_objects(path.read_text("utf-8"), str(path.relative_to(rendered)))
    ]


def read_tree(root: Path) -> list[Object]:
    """Objects of a tree, before patches."""
    return [each for path in _resources(root) for each in read_objects(path.read_text(), str(path.relative_to(root)))]


def is_tree(folder: Path) -> bool:
    """Whether kustomize builds it: `kubernetes` always, so that one without a kustomization is an error."""
    return (folder / KUSTOMIZATION).is_file() or (folder.name == "kubernetes" and folder.is_dir())


def read_objects(text: str, place: str) -> list[Object]:
    """Objects of a YAML stream."""
    return [Object(place, body) for body in yaml.load_all(text, LOADER) if body is not None]


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
