"""What is left of a host's cards, and which of them would do for a demand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyfleet.planning.demands import Demand
    from pyfleet.planning.inventory import Card


@dataclass(slots=True)
class Room:
    """What is left of a host's cards."""

    cards: tuple[Card, ...]
    uniform: bool
    free: list[int] = field(default_factory=list)
    slots: list[int] = field(default_factory=list)
    units: int = 0

    @classmethod
    def of(cls, cards: tuple[Card, ...], *, uniform: bool) -> Room:
        """All of it."""
        return cls(cards, uniform, [c.usable for c in cards], [c.slots for c in cards], sum(c.slots for c in cards))

    @property
    def kind(self) -> tuple[str, str, bool]:
        """What Kubernetes can choose such a host by: its first card, its runtime, and whether its cards are alike."""
        return (self.cards[0].product, self.cards[0].runtime, self.uniform)

    def options(self, demand: Demand) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
        """Cards that would do, and the bytes taken of each; the tightest fit first, alike cards once."""
        usable = [
            index
            for index, card in enumerate(self.cards)
            if self.slots[index] > 0 and (demand.product is None or card.product == demand.product)
        ]
        usable.sort(key=lambda index: (self.free[index], index))
        seen: set[tuple[tuple[str, int, int], ...]] = set()
        for chosen in combinations(usable, demand.count):
            shape = tuple((self.cards[i].product, self.free[i], self.slots[i]) for i in chosen)
            if shape in seen:
                continue
            seen.add(shape)
            taken = self.split(demand, chosen)
            if taken is not None:
                yield chosen, taken

    def split(self, demand: Demand, chosen: tuple[int, ...]) -> tuple[int, ...] | None:
        """Bytes taken of each chosen card, or None if they don't fit."""
        if demand.memory is None:
            whole = all(self.free[i] == self.cards[i].usable for i in chosen)
            return tuple(self.cards[i].usable for i in chosen) if whole else None
        if demand.spreads_unevenly:
            left, taken = demand.memory, dict.fromkeys(chosen, 0)
            for i in sorted(chosen, key=lambda i: -self.free[i]):
                taken[i] = min(left, self.free[i])
                left -= taken[i]
            return tuple(taken[i] for i in chosen) if left == 0 else None
        each = -(-demand.memory // demand.count)
        return (each,) * demand.count if all(self.free[i] >= each for i in chosen) else None

    def take(self, chosen: tuple[int, ...], taken: tuple[int, ...]) -> None:
        """Set these aside."""
        for i, size in zip(chosen, taken, strict=True):
            self.free[i] -= size
            self.slots[i] -= 1
            self.units -= 1

    def give_back(self, chosen: tuple[int, ...], taken: tuple[int, ...]) -> None:
        """Undo `take`."""
        for i, size in zip(chosen, taken, strict=True):
            self.free[i] += size
            self.slots[i] += 1
            self.units += 1


@dataclass(frozen=True, slots=True)
class Placed:
    """A demand with its host and cards."""

    demand: Demand
    host: str
    chosen: tuple[int, ...]
    taken: tuple[int, ...]
    waits_for: tuple[str, ...] = ()
    preempts: tuple[str, ...] = ()
