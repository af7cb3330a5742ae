"""F3xx: workloads."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from pyfleet.checks.nearest import nearest
from pyfleet.checks.raw_objects import raw_objects
from pyfleet.checks.registry import Finding, check
from pyfleet.planning.volumes import SHARED_MEMORY
from pyfleet.resolved import SERVING
from pyfleet.resolved.requests import USUAL, USUAL_WITH_GPU
from pyfleet.units import bytes_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.checks.registry import Path
    from pyfleet.model.workloads import Workload
    from pyfleet.resolved import Resolved


def _workloads(resolved: Resolved) -> Iterator[tuple[str, Workload]]:
    yield from resolved.fleet.workloads.items()


@check("F301")
def unknown_engine(resolved: Resolved) -> Iterator[Finding]:
    """A workload whose engine the catalog doesn't know.

    The engine brings ports, probes and caches. Leave it out for anything that needs none of that, or add it under
    `engines`.
    """
    for name, workload in _workloads(resolved):
        if workload.engine not in resolved.engines:
            hint = f"{nearest(workload.engine, resolved.engines)} A new engine goes under `engines:`"
            yield Finding(("workloads", name, "engine"), f"unknown engine {workload.engine!r}", hint)


@check("F302")
def no_image(resolved: Resolved) -> Iterator[Finding]:
    """A workload without an image, whose engine brings none."""
    for name, workload in _workloads(resolved):
        if workload.image is None and resolved.engine_of(workload).image is None and not resolved.images_of(workload):
            yield Finding(
                ("workloads", name),
                f"{name} has no image, and engine {workload.engine} brings none",
                "set `image: repository:tag`",
                at_key=True,
            )


@check("F303")
def key_of_another_kind(resolved: Resolved) -> Iterator[Finding]:
    """A key that means nothing for the workload's kind.

    Kubernetes has no field for it, so it would silently be dropped: a `schedule` on a Deployment never runs.
    """
    for name, workload in _workloads(resolved):
        kind = workload.kind
        wrong = {
            "schedule": workload.schedule is not None and kind != "CronJob",
            "queue": workload.queue is not None and kind in SERVING,
            "replicas": workload.replicas is not None and kind not in SERVING,
            "activeDeadline": workload.active_deadline is not None and kind in SERVING,
            "backoffLimit": workload.backoff_limit != 0 and kind in SERVING,
            "probes": bool(workload.probes.model_fields_set) and kind not in SERVING,
        }
        for key, is_wrong in wrong.items():
            if is_wrong:
                yield Finding(("workloads", name, key), f"`{key}` means nothing for a {kind}", at_key=True)
        if kind == "CronJob" and workload.schedule is None:
            yield Finding(("workloads", name), f"CronJob {name} has no `schedule`", 'such as "0 2 * * *"', at_key=True)


@check("F304")
def unknown_priority(resolved: Resolved) -> Iterator[Finding]:
    """A priority that the fleet doesn't define: Kubernetes refuses the pod."""
    for name, workload in _workloads(resolved):
        known = resolved.fleet.priorities
        if workload.priority is not None and workload.priority not in known:
            yield Finding(
                ("workloads", name, "priority"),
                f"unknown priority {workload.priority!r}",
                nearest(workload.priority, known),
            )


@check("F305")
def unknown_host(resolved: Resolved) -> Iterator[Finding]:
    """A workload tied to a host that the fleet doesn't have: its pod would stay Pending for ever."""
    for name, workload in _workloads(resolved):
        hosts = resolved.fleet.hosts
        if workload.host is not None and workload.host not in hosts:
            yield Finding(("workloads", name, "host"), f"unknown host {workload.host!r}", nearest(workload.host, hosts))


@check("F306")
def labels_that_no_host_has(resolved: Resolved) -> Iterator[Finding]:
    """A workload that selects labels no host has: its pod would stay Pending for ever.

    A workload that is tied to a host, by its name or by local storage, needs the labels of that one. For workloads with
    GPUs this is part of F201.
    """
    for name, workload in _workloads(resolved):
        if workload.gpu is None and workload.node_selector:
            selector = resolved.selector_of(workload)
            matching, host = resolved.hosts_matching(selector), resolved.host_of(workload)
            if not matching or (host in resolved.fleet.hosts and host not in matching):
                wanted = ", ".join(f"{key}={value}" for key, value in selector.items())
                yield Finding(("workloads", name, "nodeSelector"), f"no host that it may use has {wanted}", at_key=True)


@check("F308")
def patch_without_target(resolved: Resolved) -> Iterator[Finding]:
    """A patch on an object that the workload doesn't have: kustomize refuses the whole tree."""
    for name, workload in _workloads(resolved):
        kinds: list[str] = [workload.kind]
        if resolved.ports_of(workload):
            kinds.append("Service")
        if workload.files:
            kinds.append("ConfigMap")
        if workload.autoscale:
            kinds.append("ScaledObject")
        for index, patch in enumerate(workload.patches):
            if patch.get("kind") not in kinds:
                yield Finding(
                    ("workloads", name, "patches", index),
                    f"{name} has no object of kind {patch.get('kind')!r} to patch",
                    f"`kind` is one of {', '.join(kinds)}",
                )
            elif not isinstance(patch.get("metadata") or {}, dict):
                place = ("workloads", name, "patches", index, "metadata")
                yield Finding(place, "`metadata` of a patch is a mapping", "leave it out: the name is filled in")


@check("F309")
def two_default_priorities(resolved: Resolved) -> Iterator[Finding]:
    """Two priorities that are the default: Kubernetes refuses the second.

    A PriorityClass among `manifests` counts too.
    """
    by_hand = [
        str(metadata.get("name"))
        for body, metadata in raw_objects(resolved.fleet, "PriorityClass")
        if str(body.get("globalDefault")).lower() == "true"
    ]
    priorities = [name for name, priority in resolved.fleet.priorities.items() if priority.default]
    defaults = [*by_hand, *priorities]
    for name in priorities:
        if name != defaults[0]:
            yield Finding(("priorities", name), f"{name} and {defaults[0]} are both the default", at_key=True)


@check("F310")
def nothing_to_expose(resolved: Resolved) -> Iterator[Finding]:
    """A workload that is exposed but has no port."""
    for name, workload in _workloads(resolved):
        expose = workload.expose
        if (expose.host_port or expose.node_port or expose.load_balancer) and not resolved.ports_of(workload):
            yield Finding(
                ("workloads", name, "expose"),
                f"{name} has no port to expose",
                "set `ports: {http: 8080}`",
                at_key=True,
            )


@check("F311")
def request_over_limit(resolved: Resolved) -> Iterator[Finding]:
    """A workload that asks for more CPU or memory than it may use: Kubernetes refuses the pod.

    CPU that it does not ask for is asked for by default, whatever the limit.
    """
    for name, workload in _workloads(resolved):
        requests, limits = workload.resources.requests, workload.resources.limits
        place: Path = ("workloads", name, "resources")
        if requests.memory and limits.memory and bytes_of(requests.memory) > bytes_of(limits.memory):
            message = f"requests {requests.memory}, over its limit of {limits.memory}"
            yield Finding((*place, "requests", "memory"), message)
        usual, _ = USUAL_WITH_GPU if workload.gpu else USUAL
        cpu = requests.cpu or resolved.engine_of(workload).requests.cpu or usual
        if limits.cpu and _cpus(cpu) > _cpus(limits.cpu):
            if requests.cpu:
                yield Finding((*place, "requests", "cpu"), f"requests {cpu} CPU, over its limit of {limits.cpu}")
            else:
                message = f"a limit of {limits.cpu} CPU is below the {cpu} that it requests by default"
                yield Finding((*place, "limits", "cpu"), message, "say `requests: {cpu: ...}` as well")


def _cpus(quantity: str) -> Decimal:
    return Decimal(quantity.removesuffix("m")) / (1000 if quantity.endswith("m") else 1)


@check("F312")
def two_things_mounted_at_one_path(resolved: Resolved) -> Iterator[Finding]:
    """A file and a volume mounted at one path: Kubernetes refuses the pod.

    An engine's directory of models is one, with a `cache`, and so is /dev/shm, where shared memory is.
    """
    for name, workload in _workloads(resolved):
        engine = resolved.engine_of(workload)
        taken = dict.fromkeys(workload.volumes, "also in `volumes`")
        if workload.cache is not None and engine.cache_directory is not None:
            taken.setdefault(engine.cache_directory, "where `cache` is mounted")
        if workload.shared_memory or engine.shared_memory:
            taken.setdefault(SHARED_MEMORY, "where shared memory is mounted")
        for path in workload.files:
            if path in taken:
                yield Finding(("workloads", name, "files", path), f"{path} is {taken[path]}", at_key=True)


@check("F356")
def variable_given_twice(resolved: Resolved) -> Iterator[Finding]:
    """A variable in `env` and in `secrets`: Kubernetes refuses to apply a container that has it twice."""
    for name, workload in _workloads(resolved):
        for variable in workload.secrets:
            if variable in workload.env:
                place = ("workloads", name, "env", variable)
                yield Finding(place, f"{variable} is also in `secrets`", "remove one of the two", at_key=True)


@check("F328")
def cache_that_is_not_used(resolved: Resolved) -> Iterator[Finding]:
    """A `cache` for an engine whose directory of models isn't known: it would be mounted nowhere."""
    for name, workload in _workloads(resolved):
        if workload.cache is not None and resolved.engine_of(workload).cache_directory is None:
            yield Finding(
                ("workloads", name, "cache"),
                f"it isn't known where engine {workload.engine} keeps models",
                "mount it by `volumes`, at the path that the image uses",
                at_key=True,
            )
