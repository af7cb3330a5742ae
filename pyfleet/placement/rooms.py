"""What is left of a host's cards, and which of them would do for a pod.

A room never changes: taking cards of one gives another. Hosts that are alike share their rooms, and there is one room
for each amount that can be left of such a host's cards. Main memory and CPUs are part of a room only where they could
run out before the cards do: elsewhere rooms would differ in what makes no difference.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pyfleet.offers.amounts import Amounts
    from pyfleet.placement.demands import Demand, Need
    from pyfleet.resolved import Card, Resolved


Option = tuple[tuple[int, ...], tuple[int, ...]]
"""Cards by index, and bytes of each of them."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A pod with its host and cards."""

    demand: Demand
    host: str
    chosen: tuple[int, ...]
    """Its cards, by index."""
    taken: tuple[int, ...]
    """Bytes of each of them."""


class HostKind:
    """Hosts that are alike: their cards, and how these are given out."""

    def __init__(self, cards: tuple[Card, ...], *, uniform: bool, pins: bool) -> None:
        self.cards = cards
        self.uniform = uniform
        """Its cards are alike and given whole, so that Kubernetes' count of them is enough."""
        self.pins = pins
        """Its pods are pinned to their cards by index."""
        self.claimed = not cards[0].runtime
        """Its cards are claimed by Dynamic Resource Allocation."""
        self.shares = any(card.slots > 1 for card in cards)
        self.unified = any(card.unified for card in cards)
        self.size = (max(card.usable for card in cards), not uniform)
        """What hosts are sorted by, so that small cards are used first, and unlike ones last."""
        self.template = (cards[0].runtime, cards[0].architecture, pins)
        """What a pod's template says of such a host, beside the cards it is for."""
        self._rooms: dict[tuple[tuple[int, ...], tuple[int, ...], Amounts | None], Room] = {}
        self._states: dict[object, int] = {}

    def empty(self, left: Amounts | None = None) -> Room:
        """All of it, with so much main memory and CPU; None: neither can run out."""
        return self.room(tuple(card.usable for card in self.cards), tuple(card.slots for card in self.cards), left)

    def room(self, free: tuple[int, ...], slots: tuple[int, ...], left: Amounts | None) -> Room:
        """Find the one room with so many bytes and slots left on each card, and so much beside cards."""
        room = self._rooms.get((free, slots, left))
        if room is None:
            cards = tuple(sorted(zip((card.product for card in self.cards), free, slots, strict=True)))
            state = self._states.setdefault((cards, left), len(self._states))
            room = Room(self, free, slots, left, sum(slots), sum(free), max(free), state)
            self._rooms[free, slots, left] = room
        return room

    def cost(self, need: Need, chosen: tuple[int, ...], taken: tuple[int, ...]) -> Amounts:
        """What a pod takes of such a host beside cards: its requests, and of unified memory its GPU memory too.

        Of a pod that has a card to itself it isn't known how much it takes, so only its request counts.
        """
        asked = need.asks.on(unified=self.unified)
        if not self.unified or (need.memory is None and need.share is None):
            return asked
        gpu = sum(size for index, size in zip(chosen, taken, strict=True) if self.cards[index].unified)
        return asked._replace(memory=asked.memory + gpu)


@dataclass(frozen=True, slots=True, eq=False)
class Room:
    """What is left of a host; of a card without a slot nothing is."""

    kind: HostKind
    free: tuple[int, ...]
    """Bytes of each card."""
    slots: tuple[int, ...]
    """Pods that each card may still serve."""
    left: Amounts | None
    """Main memory, CPUs and pods; None where none of them can run out."""
    units: int
    """Slots in all."""
    memory: int
    """Bytes in all."""
    largest: int
    """Bytes of the card with the most."""
    state: int
    """The same number for rooms of this kind that differ only in which of the alike cards has what."""
    _known: dict[Need, tuple[Option, ...]] = field(default_factory=dict, repr=False)

    def options(self, need: Need) -> tuple[Option, ...]:
        """Cards that would do, and the bytes taken of each; the tightest fit first, alike cards once."""
        if need.each > self.largest or need.count > self.units or (need.count > 1 and self.kind.shares):
            return ()  # of two slots both can be of one card: the plugin does not promise different ones
        found = self._known.get(need)
        if found is None:
            found = tuple(self._options(need))
            if found:  # most of a large fleet has no room for most needs: that isn't worth remembering
                self._known[need] = found
        return found

    def has(self, need: Need, chosen: tuple[int, ...], taken: tuple[int, ...]) -> bool:
        """Whether there is enough beside cards for a pod with these bytes of these cards."""
        return self.left is None or self.kind.cost(need, chosen, taken).fits(self.left)

    @property
    def unbounded(self) -> Room:
        """The same with as much main memory and CPU as anybody wants."""
        return self if self.left is None else self.kind.room(self.free, self.slots, None)

    def _options(self, need: Need) -> Iterator[Option]:
        if self.left is not None and not need.asks.on(unified=self.kind.unified).fits(self.left):
            return
        cards = self.kind.cards
        usable = [
            index
            for index, card in enumerate(cards)
            if self.slots[index] > 0 and (need.product is None or card.product == need.product)
        ]
        usable.sort(key=lambda index: (self.free[index], index))
        alike: dict[tuple[str, int, int], list[int]] = {}
        for index in usable:
            alike.setdefault((cards[index].product, self.free[index], self.slots[index]), []).append(index)
        for chosen in _choices(list(alike.values()), need.count):
            taken = self.split(need, chosen)
            if taken is not None and self.has(need, chosen, taken):
                yield chosen, taken

    def split(self, need: Need, chosen: tuple[int, ...]) -> tuple[int, ...] | None:
        """Bytes taken of each chosen card, all with a slot left, or None if they don't fit."""
        cards = self.kind.cards
        if need.share is not None:
            return self._split_by_share(need, need.share, chosen)
        if need.memory is None:
            untouched = all(cards[i].mps or self.free[i] == cards[i].usable for i in chosen)
            return tuple(cards[i].most for i in chosen) if untouched else None
        if need.spreads_unevenly:
            left, spread = need.memory, dict.fromkeys(chosen, 0)
            for i in sorted(chosen, key=lambda i: -self.free[i]):
                spread[i] = min(left, self.free[i], cards[i].most)
                left -= spread[i]
            return tuple(spread[i] for i in chosen) if left == 0 else None
        enough = all(min(self.free[i], cards[i].most) >= need.each for i in chosen)
        return (need.each,) * need.count if enough else None

    def _split_by_share(self, need: Need, share: float, chosen: tuple[int, ...]) -> tuple[int, ...] | None:
        """Give the same share of each card, as engines take it; what is to be in it has to fit."""
        cards = self.kind.cards
        taken = tuple(int(share * cards[i].usable) for i in chosen)
        fits = all(size <= min(self.free[i], cards[i].most) for i, size in zip(chosen, taken, strict=True))
        enough = need.memory is None or all(size * need.count >= need.memory for size in taken)
        return taken if fits and enough else None

    def products(self, chosen: tuple[int, ...]) -> list[str]:
        """Kinds of these cards."""
        return sorted(self.kind.cards[i].product for i in chosen)

    def slack(self, option: Placed) -> int:
        """Bytes that would be left on the cards of an option."""
        return sum(self.free[i] for i in option.chosen) - sum(option.taken)

    def without(self, placed: Placed) -> Room:
        """What is left of it beside a pod."""
        free, slots = list(self.free), list(self.slots)
        for i, size in zip(placed.chosen, placed.taken, strict=True):
            slots[i] -= 1
            free[i] = free[i] - size if slots[i] else 0
        left = self.left
        if left is not None:
            left = left.minus(self.kind.cost(placed.demand.need, placed.chosen, placed.taken))
        return self.kind.room(tuple(free), tuple(slots), left)


def _choices(groups: list[list[int]], count: int) -> Iterator[tuple[int, ...]]:
    """Choose so many cards of groups of alike ones; which of a group makes no difference, so the first are taken."""
    if count == 0:
        yield ()
        return
    if not groups:
        return
    first, *rest = groups
    for taken in range(min(count, len(first)), -1, -1):
        for others in _choices(rest, count - taken):
            yield (*first[:taken], *others)


def empty_rooms(resolved: Resolved, left: Mapping[str, Amounts] | None = None) -> dict[str, Room]:
    """Rooms of all hosts with cards, as long as nothing is placed.

    Args:
        resolved: the fleet.
        left: main memory and CPUs of the hosts where these could run out.
    """
    left = left or {}
    kinds: dict[tuple[tuple[Card, ...], bool, bool], HostKind] = {}
    rooms = {}
    for host, cards in resolved.cards.items():
        key = (tuple(replace(card, host="") for card in cards), resolved.is_uniform(host), resolved.must_pin(host))
        if key not in kinds:
            kinds[key] = HostKind(key[0], uniform=key[1], pins=key[2])
        rooms[host] = kinds[key].empty(left.get(host))
    return rooms


def beside(placed: Iterable[Placed], rooms: Mapping[str, Room]) -> dict[str, Room]:
    """What is left of all hosts beside these pods."""
    left = dict(rooms)
    for each in placed:
        left[each.host] = left[each.host].without(each)
    return left
