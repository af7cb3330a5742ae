"""What runs for the workloads' sake."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class PriorityPlan:
    """A PriorityClass."""

    name: str
    value: int
    default: bool
    description: str


@dataclass(frozen=True, slots=True)
class QuotaPlan:
    """Bounds of a namespace."""

    namespace: str
    hard: dict[str, str]


@dataclass(frozen=True, slots=True)
class FlavorPlan:
    """A Kueue flavour: hosts with the same cards."""

    name: str
    node_labels: dict[str, str]
    quota: dict[str, str]


@dataclass(frozen=True, slots=True)
class QueueingPlan:
    """Kueue's queues."""

    cluster_queue: str
    flavors: tuple[FlavorPlan, ...]
    local_queues: tuple[tuple[str, str], ...]
    """(namespace, queue)"""
    namespaces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChartPlan:
    """A Helm chart."""

    name: str
    repo: str | None
    chart: str
    version: str
    namespace: str
    values: dict[str, Any]
