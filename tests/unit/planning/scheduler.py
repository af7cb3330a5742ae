"""A scheduler of few lines, after kube-scheduler's: it knows nodes and rendered pods, and nothing of the plan.

A pod goes to a node that has its labels, whose taints it tolerates, and that has what it requests; of several to the
one with the least requested (LeastAllocated).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pyfleet.nvidia import GPU_RESOURCE
from pyfleet.offers.amounts import pod_requests
from pyfleet.resolved import Resolved
from pyfleet.resolved.capacity import allocatable
from pyfleet.resolved.labels import HOSTNAME

RESOURCES = ("cpu", "memory", "ephemeral-storage", "pods")


@dataclass
class Node:
    """A node, with what is requested of it."""

    name: str
    labels: Mapping[str, str]
    taints: list[str]
    has: dict[str, float]
    taken: dict[str, float] = field(default_factory=dict)
    groups: set[str] = field(default_factory=set)
    """Groups of LeaderWorkerSets with a pod there."""

    def left(self, resource: str) -> float:
        return self.has.get(resource, float("inf")) - self.taken.get(resource, 0)

    def take(self, asked: Mapping[str, float]) -> None:
        for resource, amount in asked.items():
            self.taken[resource] = self.taken.get(resource, 0) + amount

    def free(self) -> float:
        parts = [self.left(name) / self.has[name] for name in ("cpu", "memory") if name in self.has]
        return sum(parts) + 2 - len(parts)


def nodes_of(resolved: Resolved) -> dict[str, Node]:
    """Make the nodes as kubelets and the device plugin report them."""
    found = {}
    for name, host in resolved.fleet.hosts.items():
        has: dict[str, float] = dict(allocatable(resolved)[name])
        gpus = sum(card.slots for card in resolved.cards.get(name, ())) if host.allocation == "device-plugin" else 0
        labels = {
            **resolved.labels[name],
            HOSTNAME: name,
            "kubernetes.io/arch": {"x": "amd64", "a": "arm64"}[host.system[0]],
        }
        found[name] = Node(name, labels, host.taints, {**has, GPU_RESOURCE: gpus})
    return found


def schedule(nodes: Mapping[str, Node], pods: Iterable[tuple[str, dict[str, Any]]]) -> list[str]:
    """Bind pods one by one, by name and spec; names of those that stay Pending."""
    pending = []
    for name, spec in pods:
        asked = requests_of(spec)
        group = name.partition("@")[2]
        able = [node for node in nodes.values() if fits(node, spec, asked) and not (group and name in node.groups)]
        if not able:
            pending.append(name)
            continue
        node = max(able, key=lambda node: node.free())
        node.take(asked)
        if group:
            node.groups.add(name)
    return pending


def requests_of(spec: dict[str, Any]) -> dict[str, float]:
    asked = dict(zip(RESOURCES, pod_requests(spec), strict=True))
    gpus = int(spec["containers"][0].get("resources", {}).get("requests", {}).get(GPU_RESOURCE, 0))
    return {name: amount for name, amount in {**asked, GPU_RESOURCE: gpus}.items() if amount}


def fits(node: Node, spec: dict[str, Any], asked: Mapping[str, float]) -> bool:
    affinity = spec.get("affinity", {}).get("nodeAffinity", {}).get("requiredDuringSchedulingIgnoredDuringExecution")
    hosts = affinity["nodeSelectorTerms"][0]["matchExpressions"][0]["values"] if affinity else [node.name]
    return (
        all(node.labels.get(key) == value for key, value in spec.get("nodeSelector", {}).items())
        and node.name in hosts
        and all(tolerated(taint, spec.get("tolerations", [])) for taint in node.taints)
        and all(amount <= node.left(resource) for resource, amount in asked.items())
    )


def tolerated(taint: str, tolerations: list[dict[str, str]]) -> bool:
    identity, _, effect = taint.rpartition(":")
    key, _, value = identity.partition("=")
    if effect == "PreferNoSchedule":
        return True
    return any(
        each.get("key", key) == key
        and each.get("effect", effect) == effect
        and (each.get("operator") == "Exists" or each.get("value", "") == value)
        for each in tolerations
    )
