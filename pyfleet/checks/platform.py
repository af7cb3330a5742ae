"""F6xx: the platform around the workloads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyfleet.checks.registry import Finding, check
from pyfleet.resolved.manifests import manifest_file, objects_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.checks.registry import Path
    from pyfleet.resolved import Resolved


@check("F603")
def manifest_without_identity(resolved: Resolved) -> Iterator[Finding]:
    """A raw object without apiVersion, kind or name: kustomize refuses the whole tree.

    A list needs none of them but its kind; each of its `items` does.
    """
    for place, body in _inline_objects(resolved):
        metadata = body.get("metadata")
        name = metadata.get("name") if isinstance(metadata, dict) else None
        missing = [key for key in ("apiVersion", "kind") if not body.get(key)]
        missing += [] if name else ["metadata.name"]
        if missing:
            yield Finding(place, f"the object has no {', '.join(f'`{key}`' for key in missing)}")


def _inline_objects(resolved: Resolved) -> Iterator[tuple[Path, dict[str, Any]]]:
    for index, manifest in enumerate(resolved.fleet.manifests):
        if not isinstance(manifest, str):
            yield from ((("manifests", index, *path), body) for path, body in objects_in(manifest))


@check("F604")
def manifests_of_one_name(resolved: Resolved) -> Iterator[Finding]:
    """Two raw manifests that would be written to one file."""
    first: dict[str, int] = {}
    for index, manifest in enumerate(resolved.fleet.manifests):
        name = manifest_file(index, manifest)
        if first.setdefault(name, index) != index:
            yield Finding(
                ("manifests", index),
                f"this manifest and number {first[name] + 1} would both be {name}",
                "give one of them another name",
            )


@check("F605", "warning")
def quota_of_an_unused_namespace(resolved: Resolved) -> Iterator[Finding]:
    """A quota for a namespace in which nothing runs.

    One fleet bounded `ai-workloads` while its workloads ran in `default`: the quota limited nothing.
    """
    used = {workload.namespace for workload in resolved.fleet.workloads.values()}
    for namespace in resolved.fleet.quotas:
        if namespace not in used:
            yield Finding(
                ("quotas", namespace),
                f"no workload runs in {namespace}",
                f"workloads run in {', '.join(sorted(used)) or 'no namespace'}",
                at_key=True,
            )
