"""F3xx: groups of pods, copies on demand, and what is told of a service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.checks.registry import Finding, check
from pyfleet.resolved import SERVING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.resolved import Resolved

GROUP = "LeaderWorkerSet"


@check("F320")
def group_of_no_size(resolved: Resolved) -> Iterator[Finding]:
    """A LeaderWorkerSet without `size`, a `size` of anything else, or a group tied to one host.

    A group is as many pods as `size` says, each on a host of its own, that serve one model together. A group of one is
    a Deployment; and tied to one host all its pods but the leader stay Pending.
    """
    for name, workload in resolved.fleet.workloads.items():
        if workload.kind != GROUP:
            if workload.size is not None:
                yield Finding(("workloads", name, "size"), f"`size` means nothing for a {workload.kind}", at_key=True)
            continue
        if workload.size is None:
            hint = "say over how many hosts its model is spread, such as `size: 2`"
            yield Finding(("workloads", name), f"{GROUP} {name} has no `size`", hint, at_key=True)
        host = resolved.host_of(workload)
        if host is not None:
            place = ("workloads", name, "host") if workload.host else ("workloads", name, "volumes")
            message = f"{name} is tied to {host}, but each pod of a group is on a host of its own"
            yield Finding(place, message, "remove it", at_key=True)


@check("F321")
def scaled_by_two(resolved: Resolved) -> Iterator[Finding]:
    """Autoscaling of something that has no copies, or whose copies are counted by hand as well.

    A number typed beside `autoscale` and KEDA's number undo each other at every apply: one fleet scaled a model down
    by hand, and the next sync brought it back.
    """
    for name, workload in resolved.fleet.workloads.items():
        scale = workload.autoscale
        if scale is None:
            continue
        if workload.kind not in SERVING:
            message = f"`autoscale` means nothing for a {workload.kind}"
            yield Finding(("workloads", name, "autoscale"), message, at_key=True)
        elif workload.replicas is not None:
            hint = "say `autoscale.minReplicas` and `maxReplicas` instead"
            yield Finding(("workloads", name, "replicas"), "KEDA decides how many copies there are", hint, at_key=True)
        if scale.min_replicas > scale.max_replicas:
            place = ("workloads", name, "autoscale", "minReplicas")
            yield Finding(place, f"{scale.min_replicas} is more than maxReplicas, {scale.max_replicas}")


@check("F322")
def discovery_that_nobody_finds(resolved: Resolved) -> Iterator[Finding]:
    """`discovery` in a fleet that doesn't say the prefix of the keys, or of a workload that has no Service.

    What a service is gets written on its Service, as labels and annotations. Without a prefix they have no names.
    """
    fleet = resolved.fleet
    hint = "say `discovery: {prefix: example.com}` at the top of the file"
    for name, workload in fleet.workloads.items():
        if workload.discovery is None:
            continue
        place = ("workloads", name, "discovery")
        if fleet.discovery is None:
            yield Finding(place, "the fleet doesn't say the prefix of discovery's keys", hint, at_key=True)
        if not resolved.ports_of(workload):
            message = f"{name} has no port, so it has no Service to write this on"
            yield Finding(place, message, "say `ports: {http: 8080}`", at_key=True)
    for name, service in fleet.services.items():
        told = service.model_fields_set & {"type", "engine", "models", "base_path", "api_key_secret"}
        if told and fleet.discovery is None:
            message = f"{name} tells what it is, but the fleet doesn't say the prefix of discovery's keys"
            yield Finding(("services", name), message, hint, at_key=True)
