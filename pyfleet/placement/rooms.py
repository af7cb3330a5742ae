"""What is left of a host's cards, and which of them would do for a demand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyfleet.placement.demands import Demand
    from pyfleet.resolved import Card


@dataclass(slots=True)
class Room:
    """What is left of a host's cards."""

    cards: tuple[Card, ...]
    uniform: bool
    pins: bool
    """Its pods are pinned to their cards by index."""
    free: list[int] = field(default_factory=list)
    slots: list[int] = field(default_factory=list)
    units: int = 0

    @classmethod
    def of(cls, cards: tuple[Card, ...], *, uniform: bool, pins: bool) -> Room:
        """All of it."""
        return cls(
            cards, uniform, pins, [c.usable for c in cards], [c.slots for c in cards], sum(c.slots for c in cards)
        )

    @property
    def kind(self) -> tuple[str, str, str, bool]:
        """What Kubernetes can choose such a host by: its first card, its host's ways, and whether cards are alike."""
        card = self.cards[0]
        return (card.product, card.runtime, card.architecture, self.uniform)

    def products(self, chosen: tuple[int, ...]) -> list[str]:
        """Kinds of these cards."""
        return sorted(self.cards[i].product for i in chosen)

    def options(self, demand: Demand) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
        """Cards that would do, and the bytes taken of each; the tightest fit first, alike cards once."""
        usable = [
            index
            for index, card in enumerate(self.cards)
            if self.slots[index] > 0 and (demand.product is None or card.product == demand.product)
        ]
        usable.sort(key=lambda index: (self.free[index], index))
        alike: dict[tuple[str, int, int], list[int]] = {}
        for index in usable:
            alike.setdefault((self.cards[index].product, self.free[index], self.slots[index]), []).append(index)
        for chosen in _choices(list(alike.values()), demand.count):
            taken = self.split(demand, chosen)
            if taken is not None:
                yield chosen, taken

    def split(self, demand: Demand, chosen: tuple[int, ...]) -> tuple[int, ...] | None:
        """Bytes taken of each chosen card, or None if they don't fit."""
        if demand.share is not None:
            return self._split_by_share(demand, demand.share, chosen)
        if demand.memory is None:
            taken = tuple(self.cards[i].most for i in chosen)
            shared_out = all(card.mps for card in self.cards)
            untouched = all(self.free[i] == self.cards[i].usable for i in chosen)
            return taken if untouched or shared_out else None
        if demand.spreads_unevenly:
            left, spread = demand.memory, dict.fromkeys(chosen, 0)
            for i in sorted(chosen, key=lambda i: -self.free[i]):
                spread[i] = min(left, self.free[i], self.cards[i].most)
                left -= spread[i]
            return tuple(spread[i] for i in chosen) if left == 0 else None
        each = -(-demand.memory // demand.count)
        enough = all(min(self.free[i], self.cards[i].most) >= each for i in chosen)
        return (each,) * demand.count if enough else None

    def _split_by_share(self, demand: Demand, share: float, chosen: tuple[int, ...]) -> tuple[int, ...] | None:
        """Give the same share of each card, as engines take it; what is to be in it has to fit."""
        taken = tuple(int(share * self.cards[i].usable) for i in chosen)
        fits = all(size <= min(self.free[i], self.cards[i].most) for i, size in zip(chosen, taken, strict=True))
        enough = demand.memory is None or all(size * demand.count >= demand.memory for size in taken)
        return taken if fits and enough else None

    @property
    def free_memory(self) -> int:
        """Bytes that can still be given out."""
        return sum(free for free, slots in zip(self.free, self.slots, strict=True) if slots)

    @property
    def state(self) -> tuple[tuple[str, int, int], ...]:
        """What is left, whichever card it is left of; of a card without a slot nothing is."""
        cards = zip(self.cards, self.free, self.slots, strict=True)
        return tuple(sorted((card.product, free if slots else 0, slots) for card, free, slots in cards))

    def slack(self, option: Placed) -> int:
        """Bytes that would be left on the cards of an option."""
        return sum(self.free[i] for i in option.chosen) - sum(option.taken)

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


def _choices(groups: list[list[int]], count: int) -> Iterator[tuple[int, ...]]:
    """Choose so many cards of groups of alike ones; which of a group makes no difference, so the first are taken."""
    if count == 0:
        yield ()
        return
    if not groups or sum(map(len, groups)) < count:
        return
    first, *rest = groups
    for taken in range(min(count, len(first)), -1, -1):
        for others in _choices(rest, count - taken):
            yield (*first[:taken], *others)


@dataclass(frozen=True, slots=True)
class Placed:
    """A demand with its host and cards."""

    demand: Demand
    host: str
    chosen: tuple[int, ...]
    taken: tuple[int, ...]
    waits_for: tuple[str, ...] = ()
    preempts: tuple[str, ...] = ()
