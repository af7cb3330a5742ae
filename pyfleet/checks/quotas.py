"""F6xx: quotas of namespaces, and what runs there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from pyfleet.checks.raw_objects import raw_objects
from pyfleet.checks.registry import Finding, check
from pyfleet.placement.demands import pods_of, turn_of
from pyfleet.units import MIB, bytes_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pyfleet.model.bounds import Quota
    from pyfleet.planning.types.whole import Plan
    from pyfleet.planning.types.workloads import WorkloadPlan
    from pyfleet.resolved import Resolved

Part = Literal["requests", "limits"]


@dataclass(frozen=True, slots=True)
class Bound:
    """A quota on main memory: its key in the fleet file, and what of the pods it sums up."""

    key: str
    part: Part
    most: str

    @property
    def does(self) -> str:
        """What pods do with the memory that it bounds."""
        return "request" if self.part == "requests" else "may use"


def bounds_of(quota: Quota) -> Iterator[Bound]:
    """Take a quota apart."""
    if quota.requests_memory:
        yield Bound("requestsMemory", "requests", quota.requests_memory)
    if quota.limits_memory:
        yield Bound("limitsMemory", "limits", quota.limits_memory)


@check("F631", needs="plan")
def quota_below_what_it_holds(resolved: Resolved, plan: Plan) -> Iterator[Finding]:
    """A quota that is smaller than what the namespace's own workloads request, or may use.

    The API server refuses each pod that would exceed it. The Deployment stays at fewer replicas than it should have,
    and its events say why; in `kubectl get pods` there is nothing to see, for the pod was never made. A limit that a
    workload doesn't state is twice its request. Jobs, and what is scaled to zero until it is wanted, only have to fit
    beside what always runs.
    """
    for namespace, quota in resolved.fleet.quotas.items():
        for bound in bounds_of(quota):
            for message, least in _exceeded(plan, namespace, bound):
                hint = f"set at least `{quantity(least)}`, or have fewer or smaller pods"
                yield Finding(("quotas", namespace, bound.key), message, hint)


def needed(workload: WorkloadPlan, part: Part) -> int:
    """Bytes that all pods of a workload request, or may use."""
    return pods_of(workload.spec) * bytes_of(getattr(workload, part)["memory"])


def always_needed(plan: Plan, namespace: str, part: Part) -> int:
    """Bytes that what always runs in a namespace requests, or may use."""
    here = (each for each in plan.workloads if each.spec.namespace == namespace)
    return sum(needed(each, part) for each in here if turn_of(each.spec) == "always")


def _exceeded(plan: Plan, namespace: str, bound: Bound) -> Iterator[tuple[str, int]]:
    always = always_needed(plan, namespace, bound.part)
    most = bytes_of(bound.most)
    if always > most:
        yield f"pods of {namespace} {bound.does} {quantity(always)} in all, more than {bound.most}", always
        return
    beside = {
        each.name: always + needed(each, bound.part)
        for each in plan.workloads
        if each.spec.namespace == namespace and turn_of(each.spec) != "always"
    }
    too_much = [name for name, size in beside.items() if size > most]
    if too_much:
        least = max(beside.values())
        others = f"beside what always runs ({quantity(always)}), " if always else ""
        yield f"{others}{', '.join(too_much)} would need up to {quantity(least)}, more than {bound.most}", least


def quantity(size: int) -> str:
    """Spell an amount of memory, rounded up to whole MiB."""
    return f"{-(-size // MIB)}Mi" if size % (1024 * MIB) else f"{size // (1024 * MIB)}Gi"


@check("F632", "warning")
def quota_over_containers_that_say_nothing(resolved: Resolved) -> Iterator[Finding]:
    """A quota on memory in a namespace where a chart is installed.

    Once a namespace has a quota on requests or limits of memory, the API server refuses every container there that
    doesn't state its own. pyfleet's workloads do; few charts do so for all of their containers. A LimitRange in the
    namespace states it for those that don't, so with one among `manifests` nothing is refused:
    `{apiVersion: v1, kind: LimitRange, metadata: {name: memory, namespace: ...}, spec: {limits: [{type: Container,
    default: {memory: 512Mi}, defaultRequest: {memory: 128Mi}}]}}`.
    """
    for namespace, quota in resolved.fleet.quotas.items():
        stated = _stated_by_default(resolved, namespace)
        asked = [bound.part for bound in bounds_of(quota) if bound.part not in stated]
        charts = sorted(chart.name for chart in resolved.charts if chart.spec.namespace == namespace)
        if asked and charts:
            yield Finding(
                ("quotas", namespace),
                # A limit is the request as well, where none is stated.
                f"containers of {_listed(charts)} that state no {asked[-1][:-1]} of memory are refused",
                "add a LimitRange for the namespace to `manifests`, which states it for them (`pyfleet explain F632`)",
                at_key=True,
            )


def _listed(names: Sequence[str]) -> str:
    return " and ".join(names)


def _stated_by_default(resolved: Resolved, namespace: str) -> set[Part]:
    """Find what LimitRanges state for containers that don't: a default limit is the default request as well."""
    stated: set[Part] = set()
    for body, metadata in raw_objects(resolved.fleet, "LimitRange"):
        if metadata.get("namespace", "default") != namespace:
            continue
        for limit in _limits(body):
            if _has_memory(limit.get("default")):
                stated |= {"limits", "requests"}
            if _has_memory(limit.get("defaultRequest")):
                stated.add("requests")
    return stated


def _limits(body: dict[str, Any]) -> list[dict[str, Any]]:
    spec = body.get("spec")
    limits = spec.get("limits") if isinstance(spec, dict) else None
    return [each for each in limits if isinstance(each, dict)] if isinstance(limits, list) else []


def _has_memory(amounts: object) -> bool:
    return isinstance(amounts, dict) and "memory" in amounts
