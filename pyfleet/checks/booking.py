"""F3xx: whether the scheduler finds room for every pod: CPUs, main memory, taints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.checks.registry import Finding, check

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
            yield Finding(path, f"{each.workload} {each.message}", each.hint, at_key=at_key)


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
