"""F6xx: the platform around the workloads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.checks.registry import Finding, check
from pyfleet.planning import manifest_file
from pyfleet.planning.dra import dra_hosts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.resolved import Resolved

DRA_SINCE = 34
"""Minor release of Kubernetes 1."""


@check("F601")
def queueing_without_amounts(resolved: Resolved) -> Iterator[Finding]:
    """Queueing over hosts whose CPUs or memory the fleet file doesn't say.

    Kueue admits a job only if every resource it asks for has a quota, and the quotas are the hosts' sums: without them
    every job would wait for ever.
    """
    if resolved.fleet.platform.queueing is None:
        return
    for name in resolved.cards:
        host = resolved.fleet.hosts[name]
        missing = [key for key, value in (("cpus", host.cpus), ("memory", host.memory)) if value is None]
        if missing:
            yield Finding(
                ("hosts", name),
                f"{name} has no {' and no '.join(f'`{key}`' for key in missing)}",
                "queueing needs both for its quotas",
                at_key=True,
            )


@check("F602", "warning")
def queueing_that_nobody_uses(resolved: Resolved) -> Iterator[Finding]:
    """Queueing in a fleet where no workload names a queue."""
    if resolved.fleet.platform.queueing and not any(w.queue for w in resolved.fleet.workloads.values()):
        yield Finding(("platform", "queueing"), "no workload has a `queue`", "give a Job `queue: <name>`", at_key=True)


@check("F603")
def manifest_without_identity(resolved: Resolved) -> Iterator[Finding]:
    """A raw object without apiVersion, kind or name: kustomize refuses the whole tree."""
    for index, manifest in enumerate(resolved.fleet.manifests):
        if isinstance(manifest, str):
            continue
        metadata = manifest.get("metadata")
        name = metadata.get("name") if isinstance(metadata, dict) else None
        missing = [key for key in ("apiVersion", "kind") if not manifest.get(key)]
        missing += [] if name else ["metadata.name"]
        if missing:
            yield Finding(("manifests", index), f"the object has no {', '.join(f'`{key}`' for key in missing)}")


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

    One fleet bounded `ai-workloads` while its workloads ran in `default`: the quota held nothing back.
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


@check("F606")
def dra_before_kubernetes_has_it(resolved: Resolved) -> Iterator[Finding]:
    """Dynamic Resource Allocation with a k3s that is too old for it.

    Kubernetes has `resource.k8s.io/v1` from 1.34 on. An older API server refuses the claims, and their pods with them.
    """
    package = resolved.fleet.cluster.k3s.package or ""
    minor = package.removeprefix("k3s_1_")
    hosts = dra_hosts(resolved)
    if hosts and minor.isdigit() and int(minor) < DRA_SINCE:
        yield Finding(
            ("cluster", "k3s", "package"),
            f"{package} has no Dynamic Resource Allocation, which {hosts[0]} gives out its cards by",
            f"say `k3s_1_{DRA_SINCE}` or newer, or leave it out",
        )
