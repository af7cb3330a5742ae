"""Groups of pods on several hosts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.checks.registry import Finding, check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.resolved import Resolved


GROUP = "LeaderWorkerSet"


@check("F320")
def group_of_no_size(resolved: Resolved) -> Iterator[Finding]:
    """A LeaderWorkerSet without `size`, a `size` of anything else, or a group tied to one host.

    A group is `size` pods, each on a host of its own, that serve one model together. For a group of one use a
    Deployment. In a group that is tied to one host, all pods but the leader stay Pending.
    """
    for name, workload in resolved.fleet.workloads.items():
        if workload.kind != GROUP:
            if workload.size is not None:
                yield Finding(("workloads", name, "size"), f"`size` means nothing for a {workload.kind}", at_key=True)
            continue
        if workload.size is None:
            hint = "set the number of hosts that its model is spread over, such as `size: 2`"
            yield Finding(("workloads", name), f"{GROUP} {name} has no `size`", hint, at_key=True)
        host = resolved.host_of(workload)
        if host is not None:
            place = ("workloads", name, "host") if workload.host else ("workloads", name, "volumes")
            message = f"{name} is tied to {host}, but each pod of a group is on a host of its own"
            yield Finding(place, message, "remove it", at_key=True)
