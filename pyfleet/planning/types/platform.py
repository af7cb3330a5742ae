"""What runs for the workloads' sake."""

from __future__ import annotations

from dataclasses import dataclass, field
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
    credentials: str | None = None
    """Secret for a private repository."""
    operator: bool = False
    """Other things are of kinds that it brings."""


@dataclass(frozen=True, slots=True)
class NeededChart:
    """A chart of the catalog that a part of the platform needs, with the values that follow from the fleet."""

    name: str
    values: dict[str, Any] = field(default_factory=dict)
    pinned_version: str | None = None
    user_values: dict[str, Any] = field(default_factory=dict)
    """Over those that follow."""
