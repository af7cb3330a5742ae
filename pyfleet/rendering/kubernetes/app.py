"""What a folder of manifests is, and the parts that every object has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

Object = dict[str, Any]
"""A Kubernetes object, or a part of one: plain data in the order that people expect to read it."""


@dataclass(frozen=True, slots=True)
class App:
    """A folder of manifests: its path below the root, its objects, and patches on them."""

    folder: str
    objects: tuple[Object, ...]
    patches: tuple[Object, ...] = ()
    own_name: str | None = None
    """What the folder is about. Of each kind one object at most has this name, and the kind alone names its file."""

    def file_of(self, body: Object) -> str:
        """Name an object's file, so that a further object renames none that is there."""
        kind, name = body["kind"].lower(), body["metadata"]["name"]
        if self.own_name is None:
            return "-".join([kind, *filter(None, [body["metadata"].get("namespace")]), name]) + ".yaml"
        return f"{kind}.yaml" if name == self.own_name else f"{kind}-{name}.yaml"


def metadata(
    name: str,
    namespace: str | None = None,
    *,
    labels: Mapping[str, str] | None = None,
    annotations: Mapping[str, str] | None = None,
) -> Object:
    """Make an object's metadata; every object says that it is ours."""
    body: Object = {"name": name}
    if namespace is not None:
        body["namespace"] = namespace
    body["labels"] = {"app.kubernetes.io/managed-by": "pyfleet", **(labels or {})}
    if annotations:
        body["annotations"] = dict(annotations)
    return body


def without_empty(**fields: object) -> Object:
    """Leave out what is None or empty; false and zero stay."""
    return {name: value for name, value in fields.items() if value is not None and value not in ((), [], {}, "")}
