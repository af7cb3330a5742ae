"""Autoscaling."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.checks.registry import Finding, check
from pyfleet.resolved import SERVING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.resolved import Resolved


@check("F321")
def scaled_by_two(resolved: Resolved) -> Iterator[Finding]:
    """Autoscaling of something that has no replicas, or whose `replicas` are set as well.

    `replicas` beside `autoscale` and KEDA's number undo each other at every apply: one fleet scaled a model down by
    hand, and the next sync brought it back.
    """
    for name, workload in resolved.fleet.workloads.items():
        scale = workload.autoscale
        if scale is None:
            continue
        if workload.kind not in SERVING:
            message = f"`autoscale` means nothing for a {workload.kind}"
            yield Finding(("workloads", name, "autoscale"), message, at_key=True)
        elif workload.replicas is not None:
            hint = "use `autoscale.minReplicas` and `maxReplicas` instead"
            yield Finding(
                ("workloads", name, "replicas"), "KEDA decides how many replicas there are", hint, at_key=True
            )
        if scale.min_replicas > scale.max_replicas:
            place = ("workloads", name, "autoscale", "minReplicas")
            yield Finding(place, f"{scale.min_replicas} is more than maxReplicas, {scale.max_replicas}")
