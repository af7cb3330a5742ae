"""Taints of hosts, and who may run there all the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyfleet.nvidia import GPU_TOLERATION

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pyfleet.model.hosts import Host
    from pyfleet.model.workloads import Workload
    from pyfleet.resolved.fleet import Resolved

KEEPS_AWAY = ("NoSchedule", "NoExecute")
"""Effects that keep pods away; PreferNoSchedule is a preference."""
_CONTROL_PLANE = "node-role.kubernetes.io/control-plane"
K3S_TOLERATES: tuple[dict[str, str], ...] = (
    {"key": "CriticalAddonsOnly", "operator": "Exists"},
    {"key": _CONTROL_PLANE, "operator": "Exists", "effect": "NoSchedule"},
    {"key": "node-role.kubernetes.io/master", "operator": "Exists", "effect": "NoSchedule"},
)
"""What the pods tolerate that k3s brings: CoreDNS, metrics-server, local-path-provisioner, Traefik, ServiceLB
(manifests/ and pkg/cloudprovider/servicelb.go of k3s-io/k3s)."""


@dataclass(frozen=True, slots=True, order=True)
class Taint:
    """A taint of a node."""

    key: str
    value: str
    effect: str

    def __str__(self) -> str:
        return f"{self.key}={self.value}:{self.effect}" if self.value else f"{self.key}:{self.effect}"


def taint_of(text: str) -> Taint:
    """Read a taint as `kubectl taint` spells it."""
    identity, _, effect = text.rpartition(":")
    key, _, value = identity.partition("=")
    return Taint(key, value, effect)


def taints_of(host: Host) -> tuple[Taint, ...]:
    """Taints of a host that keep pods away."""
    return tuple(taint for taint in map(taint_of, host.taints) if taint.effect in KEEPS_AWAY)


def prefers_none(host: Host) -> bool:
    """Whether pods go to other hosts where they can."""
    return any(taint_of(text).effect not in KEEPS_AWAY for text in host.taints)


def tolerates(tolerations: Iterable[Mapping[str, Any]], taint: Taint) -> bool:
    """Whether one of the tolerations is for this taint, as Kubernetes decides it."""
    return any(
        each.get("effect") in {None, "", taint.effect}
        and each.get("key") in {None, "", taint.key}
        and (each.get("operator") == "Exists" or (each.get("value") or "") == taint.value)
        for each in tolerations
    )


def tolerates_all(tolerations: tuple[Mapping[str, Any], ...], host: Host) -> bool:
    """Whether pods with these tolerations may run on a host."""
    return all(tolerates(tolerations, taint) for taint in taints_of(host))


def toleration_for(taint: Taint) -> dict[str, Any]:
    """Spell a toleration of one taint, and of no other."""
    what = {"operator": "Equal", "value": taint.value} if taint.value else {"operator": "Exists"}
    return {"key": taint.key, **what, "effect": taint.effect}


def tolerations_for(
    hosts: Iterable[Host], known: tuple[Mapping[str, Any], ...] = (GPU_TOLERATION,)
) -> list[dict[str, Any]]:
    """Spell tolerations of all taints of these hosts, but for those that `known` ones are for."""
    taints = sorted({taint for host in hosts if host.taints for taint in taints_of(host)})
    return [toleration_for(taint) for taint in taints if not tolerates(known, taint)]


def everywhere(resolved: Resolved, *usual: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Spell what a chart's DaemonSet has to tolerate to be on every host, beside the chart's own tolerations.

    Nothing where no host has a taint that those leave: the values of a fleet without taints say nothing of them.
    """
    further = tolerations_for(resolved.fleet.hosts.values(), usual)
    return [*(dict(each) for each in usual), *further] if further else []


def listed_tolerations(workload: Workload) -> tuple[dict[str, Any], ...]:
    """Tolerations that the fleet file lists for a workload, as Kubernetes spells them."""
    return tuple(each.model_dump(by_alias=True, exclude_none=True) for each in workload.tolerations)
