"""Who gets which cards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

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
class Unplaced:
    """A workload of which no host can take a pod, and what stands in the way."""

    workload: str
    reason: Literal["no such cards", "too large", "taken"]
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Placement:
    """The GPU matrix: who has which cards, who has none, and what is taken of every card all the time."""

    assignments: tuple[Assignment, ...]
    unplaced: tuple[Unplaced, ...]
    cards: tuple[CardUse, ...]
