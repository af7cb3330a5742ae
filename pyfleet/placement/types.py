"""Who gets which cards."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyfleet.offers.amounts import Amounts

Turn = Literal["always", "queued", "on demand", "job", "scheduled"]


@dataclass(frozen=True, slots=True)
class Assignment:
    """A row of the GPU matrix: one workload (one of its replicas) and the cards it gets."""

    workload: str
    replica: int
    host: str
    cards: tuple[int, ...]
    product: tuple[str, ...]
    needed: tuple[int, ...]
    """Bytes on each card."""
    usable: tuple[int, ...]
    """Bytes each card has."""
    turn: Turn
    priority: int
    priority_name: str | None
    pinned: bool
    shared: bool
    """Others may be on its cards at the same time."""
    why: str
    waits_for: tuple[str, ...]
    """Workloads that outrank it and have to stop before it starts."""
    preempts: tuple[str, ...]
    """Workloads that it outranks, and that are stopped when it starts."""


@dataclass(frozen=True, slots=True)
class CardUse:
    """A card, and what of it is taken by workloads that run always."""

    host: str
    index: int
    product: str
    usable: int
    taken: int
    workloads: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HostUse:
    """A host, and what of it is booked all the time: by workloads, and by the platform."""

    host: str
    allocatable: Amounts
    """What its kubelet reports; infinity of what the fleet file doesn't state."""
    booked: Amounts
    """The sum of all requests."""
    gpu_memory: int
    """Bytes of its main memory that are planned as GPU memory, which the kubelet doesn't count; 0 but for unified."""
    workloads: tuple[str, ...]
    """Those planned there. The scheduler may choose another host for a workload that isn't tied to one."""


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A workload of which no host can take a pod, and what stands in the way."""

    workload: str
    reason: Literal["no such cards", "too large", "taken", "taints", "too much", "full"]
    message: str
    hint: str
    resource: Literal["", "cpu", "memory", "storage", "pods"] = ""
    """What there is too little of, where it isn't cards."""


@dataclass(frozen=True, slots=True)
class Crowded:
    """Pods of the platform that no host has room for."""

    name: str
    message: str


@dataclass(frozen=True, slots=True)
class Placement:
    """The GPU matrix: who has which cards, who has none, and what is taken of every card and host all the time."""

    assignments: tuple[Assignment, ...]
    unplaced: tuple[Unplaced, ...]
    cards: tuple[CardUse, ...]
    hosts: tuple[HostUse, ...] = ()
    crowded: tuple[Crowded, ...] = ()
    tight: frozenset[str] = frozenset()
    """Hosts whose main memory or CPUs could run out before their cards: there it matters which pods the scheduler
    puts on them."""
    tied: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Workloads without cards that have to keep to these hosts, or the scheduler would fill those of others."""
