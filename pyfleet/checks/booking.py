"""F3xx: whether the scheduler finds room for every pod: CPUs, main memory, taints."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from pyfleet.checks.registry import Finding, check
from pyfleet.placement.demands import least_pods_of, turn_of
from pyfleet.placement.no_room import MOVE
from pyfleet.placement.wording import few
from pyfleet.resolved.requests import limit_of, resources_of
from pyfleet.units import GIB, bytes_of, gib_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.checks.registry import Path
    from pyfleet.placement import Unplaced
    from pyfleet.planning.types.whole import Plan
    from pyfleet.resolved import Resolved

_KEYS = {"cpu": "cpu", "memory": "memory", "storage": "ephemeralStorage"}


def _unplaced(resolved: Resolved, plan: Plan, reason: str) -> Iterator[Finding]:
    for each in plan.unplaced:
        if each.reason == reason:
            path, at_key = _place(resolved, each)
            yield Finding(path, f"{each.workload} {each.message}", each.hint + _usual(resolved, each), at_key=at_key)


def _usual(resolved: Resolved, unplaced: Unplaced) -> str:
    """Add to a hint what is requested by default, where the fleet file says nothing."""
    workload, resource = resolved.fleet.workloads[unplaced.workload], unplaced.resource
    if resource not in {"cpu", "memory"} or workload.patches or getattr(workload.resources.requests, resource):
        return ""
    unified = bool(resolved.unified.intersection(resolved.hosts_for(workload)))
    requests, _ = resources_of(workload, resolved.engine_of(workload), unified=unified)
    return f"; without `resources: {{requests: {{{resource}: ...}}}}` it requests {requests[resource]}"


def _place(resolved: Resolved, unplaced: Unplaced) -> tuple[Path, bool]:
    """Find where the fleet file says what can't be had: the request, else the limit, else what brings the default."""
    workload = resolved.fleet.workloads[unplaced.workload]
    key, place = _KEYS.get(unplaced.resource), ("workloads", unplaced.workload)
    if key:
        attribute = "ephemeral_storage" if unplaced.resource == "storage" else key
        for kind in ("requests", "limits"):
            if getattr(getattr(workload.resources, kind), attribute):
                return (*place, "resources", kind, key), False
    return ((*place, "gpu"), False) if workload.gpu and key == "memory" else (place, True)


@check("F327", needs="plan")
def more_than_any_host_has(resolved: Resolved, plan: Plan) -> Iterator[Finding]:
    """A workload that requests more CPU or main memory than any host it may use has for pods.

    Its pod would stay Pending for ever. What a host has for pods is `cpus` and `memory`, less what the kubelet reserves
    and what the DaemonSets of the platform request. On hosts with unified memory the workload's GPU memory, and k3s
    itself, take main memory too. A host whose `cpus` or `memory` isn't stated has enough for everybody.
    """
    yield from _unplaced(resolved, plan, "too much")


@check("F340", needs="plan")
def no_room_beside_others(resolved: Resolved, plan: Plan) -> Iterator[Finding]:
    """A workload that requests more CPU or main memory than is left beside the others.

    The scheduler adds up the requests of all pods of a node, and leaves the pod Pending that is too much for it, even
    though its card is free. On hosts with unified memory GPU memory is main memory, which neither scheduler nor kubelet
    count: on one DGX Spark four models that fitted its GPU took the node down, with its DNS. `pyfleet plan` shows what
    is booked of each host.
    """
    yield from _unplaced(resolved, plan, "full")


@check("F341", needs="plan")
def taints_that_are_not_tolerated(resolved: Resolved, plan: Plan) -> Iterator[Finding]:
    """A workload whose hosts all have taints that it doesn't tolerate: its pod would stay Pending for ever.

    A workload that names a host by `host`, or by a `nodeSelector` that only hosts with taints fulfil, tolerates their
    taints by itself. Any other one has to list `tolerations`, as Kubernetes spells them.
    """
    for each in plan.unplaced:
        if each.reason == "taints":
            workload = resolved.fleet.workloads[each.workload]
            key = "nodeSelector" if workload.node_selector else "gpu" if workload.gpu else None
            path: Path = ("workloads", each.workload, key) if key else ("workloads", each.workload)
            yield Finding(path, f"{each.workload} {each.message}", each.hint, at_key=True)


@check("F342", needs="plan")
def platform_without_room(_resolved: Resolved, plan: Plan) -> Iterator[Finding]:
    """Pods of the platform that find no room beside the workloads.

    Prometheus, CoreDNS or a chart's pods would stay Pending: the scheduler adds up requests whoever they are of. What
    the pods of charts request is known of those that the platform brings; of your own charts, if their entry says so
    under `pods`.
    """
    for each in plan.crowded:
        yield Finding(("hosts",), f"{each.name}, a part of the platform, {each.message}", MOVE, at_key=True)


@check("F343", "warning", needs="plan")
def limits_over_unified_memory(resolved: Resolved, plan: Plan) -> Iterator[Finding]:
    """Pods of a host with unified memory that together may take more main memory than it has.

    Limits are no reservation, so elsewhere that is often meant. Here GPU memory comes out of the same pool, and CUDA's
    part of it isn't counted against any limit: with limits of 160 GiB on a DGX Spark with 119 GiB no pod was ever
    stopped at its own, and the kernel stopped the node's DNS instead.
    """
    for host in sorted(resolved.unified):
        memory = resolved.fleet.hosts[host].memory
        limits = limits_on(plan, host)
        if memory and sum(limits.values()) > bytes_of(memory):
            yield Finding(
                ("hosts", host, "memory"),
                f"pods of {host} may take {_gib(sum(limits.values()))} GiB of its {gib_text(bytes_of(memory))}: "
                + few(
                    [f"{name} {_gib(limits[name])}" for name in sorted(limits, key=limits.__getitem__, reverse=True)]
                ),
                "set lower `resources: {limits: {memory: ...}}`: GPU memory isn't counted by them",
            )


def limits_on(plan: Plan, host: str) -> dict[str, int]:
    """Limits of main memory of the pods that always run on a host, by workload."""
    resolved = plan.resolved
    pods = Counter(row.workload for row in plan.assignments if row.host == host and row.turn == "always")
    for name, workload in resolved.fleet.workloads.items():
        if workload.gpu is None and turn_of(workload) == "always" and resolved.hosts_for(workload) == (host,):
            pods[name] = least_pods_of(workload)
    return {name: count * limit_of(resolved.fleet.workloads[name], resolved) for name, count in pods.items()}


def _gib(size: int) -> str:
    return f"{size / GIB:.0f}"
