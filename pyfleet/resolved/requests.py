"""What a pod of a workload requests of CPU and main memory, and how far it may go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyfleet.offers.amounts import Amounts, container_requests, pod_requests
from pyfleet.units import GIB, MIB, bytes_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pyfleet.model.catalog import Engine
    from pyfleet.model.workloads import Workload
    from pyfleet.resolved import Resolved

USUAL = ("100m", "512Mi")
"""Requests of CPU and memory where neither the workload nor its engine sets any."""
USUAL_WITH_GPU = ("500m", "4Gi")
"""The same for a workload with a card: weights pass through main memory."""
STORAGE = "ephemeral-storage"


def resources_of(workload: Workload, engine: Engine, *, unified: bool = False) -> tuple[dict[str, str], dict[str, str]]:
    """Decide requests and limits; every pod has a memory limit.

    Unified memory (GB10, Jetson) is one pool for both: an engine's weights are there once, allocated by CUDA, which
    the kubelet counts neither as used nor as requested. So on such a host the request stands for what the process has
    beside its GPU memory, and GPU memory, requests, k3s and the platform together have to fit in the host's memory. An
    engine's usual request is for weights on their way through main memory; here that is page cache, which the kernel
    gives back, so no more than the usual request of any workload with a card is taken. What the fleet file says counts
    as it is. The limit stays as on other hosts, since reading the weights is charged to the pod.

    Args:
        workload: the workload.
        engine: its engine.
        unified: GPU and CPU of its host share main memory.
    """
    own = workload.resources
    usual_cpu, usual_memory = USUAL_WITH_GPU if workload.gpu else USUAL
    usual = engine.requests.memory or usual_memory
    memory = own.requests.memory or _smaller(own.limits.memory, usual)
    limit = own.limits.memory or _headroom(memory, workload.shared_memory or engine.shared_memory)
    if unified and workload.gpu and not own.requests.memory:
        memory = _smaller(memory, USUAL_WITH_GPU[1])
    requests = {"cpu": own.requests.cpu or engine.requests.cpu or usual_cpu, "memory": memory}
    limits = {"cpu": own.limits.cpu} if own.limits.cpu else {}
    limits["memory"] = limit
    if own.requests.ephemeral_storage:
        requests[STORAGE] = own.requests.ephemeral_storage
    if own.limits.ephemeral_storage:
        limits[STORAGE] = own.limits.ephemeral_storage
    return requests, limits


def _smaller(limit: str | None, usual: str) -> str:
    """Choose the usual request, or the user's limit if that is lower."""
    return limit if limit and bytes_of(limit) < bytes_of(usual) else usual


def _headroom(request: str, shared_memory: str | None) -> str:
    """Limit memory to twice the request plus /dev/shm, which counts as the pod's memory."""
    size = 2 * bytes_of(request) + (bytes_of(shared_memory) if shared_memory else 0)
    return f"{size // GIB}Gi" if size % GIB == 0 else f"{-(-size // MIB)}Mi"


def requests_of(name: str, workload: Workload, resolved: Resolved, *, unified: bool = False) -> Amounts:
    """What each pod of a workload books, patches included."""
    requests, limits = resources_of(workload, resolved.engine_of(workload), unified=unified)
    if not workload.patches:
        return container_requests({"resources": {"requests": requests, "limits": limits}})._replace(pods=1)
    spec: dict[str, Any] = {"containers": [{"name": name, "resources": {"requests": requests, "limits": limits}}]}
    for patch in workload.patches:
        for found in _pod_specs(patch) if patch.get("kind") == workload.kind else ():
            _patch(spec, found)
    return pod_requests(spec)


def limit_of(workload: Workload, resolved: Resolved) -> int:
    """Bytes of main memory that a pod of a workload may take."""
    _, limits = resources_of(workload, resolved.engine_of(workload))
    return bytes_of(limits["memory"])


def _pod_specs(value: object) -> Iterator[Mapping[str, Any]]:
    """Find the pod specs in a patch, wherever the kind has them."""
    if isinstance(value, dict):
        if isinstance(value.get("containers"), list) or isinstance(value.get("initContainers"), list):
            yield value
        else:
            for below in value.values():
                yield from _pod_specs(below)


def _patch(spec: dict[str, Any], patch: Mapping[str, Any]) -> None:
    """Lay a strategic merge patch over containers, by name, as far as resources go."""
    for key in ("containers", "initContainers"):
        listed = patch.get(key)
        there = {each["name"]: each for each in spec.get(key, [])}
        for each in listed if isinstance(listed, list) else ():
            if isinstance(each, dict) and isinstance(each.get("name"), str):
                _patch_container(there, each)
        spec[key] = list(there.values())
    if patch.get("overhead"):
        spec["overhead"] = patch["overhead"]


def _patch_container(there: dict[str, dict[str, Any]], patch: Mapping[str, Any]) -> None:
    name = patch["name"]
    if patch.get("$patch") == "delete":
        there.pop(name, None)
        return
    before = there.get(name, {"name": name, "resources": {}})
    over = patch.get("resources")
    resources = dict(before["resources"])
    for kind in ("requests", "limits"):
        new = over.get(kind) if isinstance(over, dict) else None
        if isinstance(new, dict):
            merged = {**resources.get(kind, {}), **new}
            resources[kind] = {key: amount for key, amount in merged.items() if amount is not None}
    there[name] = {**before, **{key: patch[key] for key in ("restartPolicy",) if key in patch}, "resources": resources}
