"""Search for an assignment of all resident demands, where first fit found none.

Depth first, hardest demand first, tightest place first. What keeps it quick: hosts that no remaining demand can tell
apart are tried once, a state that led nowhere is not entered again, and a branch ends as soon as what is left to
place needs more memory than is left. (Slots are never wasted, so that they are counted once.)
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, insort
from itertools import accumulate
from random import Random
from typing import TYPE_CHECKING

from pyfleet.placement.filling import fill
from pyfleet.placement.fitting import barred_hosts, first_of_alike, fits

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from pyfleet.placement.demands import Demand
    from pyfleet.placement.rooms import Placed, Room

ATTEMPTS = 100
"""Orders in which cards are filled before the search begins: up to two seconds, with 100 cards and 200 demands."""
STEPS = 12_000
"""Places tried before it gives up: half a second at most. Fleets of 64 cards and 100 workloads need a few hundred."""
SEARCH_DEMANDS = 200
"""Of more demands than these it only sees whether they are too many for all cards together."""


class Search:
    """One search: what is to be placed where, and what has been tried."""

    def __init__(
        self, demands: Sequence[Demand], hosts_of: Mapping[Demand, Collection[str]], rooms: Mapping[str, Room]
    ) -> None:
        self._empty = rooms
        self._rooms = dict(rooms)
        self._hosts_of = hosts_of
        cards = [card.usable for room in rooms.values() for card in room.kind.cards]
        self._usual_card = sum(cards) / max(1, len(cards))
        # Pods of one workload come one after the other.
        self._order = sorted(demands, key=lambda d: (*self._hardest_first(d), d.workload, d.replica))
        self._needed = self._sums_from_the_end()
        self._memory = sum(room.memory for room in rooms.values())
        slots = sum(demand.need.count for demand in demands)
        self._too_much = slots > sum(room.units for room in rooms.values()) or self._needed[0] > self._memory
        self._classes: dict[str, int] = {}
        self._labels: dict[tuple[int, int], int] = {}
        self._label_of: dict[str, int] = {}
        self._touched = array("I")
        self._placed: list[Placed] = []
        self._dead: list[set[object]] = [set() for _ in self._order]
        self._steps = 0
        self.gave_up = False
        """A limit was reached, so that nothing was proved."""

    def run(self) -> list[Placed] | None:
        """Find an assignment of all demands; None if there is none, or a limit was reached first."""
        return None if self._is_ruled_out() else self._quick_answer() or self._go_through_all()

    def exhaust(self) -> list[Placed] | None:
        """Do the same, without a quick answer first."""
        return None if self._is_ruled_out() else self._go_through_all()

    def _is_ruled_out(self) -> bool:
        """Whether all cards together have too little, or the demands are too many to go through."""
        self.gave_up = len(self._order) > SEARCH_DEMANDS and not self._too_much
        return self._too_much or self.gave_up

    def _quick_answer(self) -> list[Placed] | None:
        """Fill the cards in some orders near the one from hard to easy; often one of them works out."""
        chance = Random(0)  # noqa: S311 - the same at each run: a plan must not change by itself
        for attempt in range(ATTEMPTS):
            noise = 0.1 * (attempt % 10)
            order = sorted(self._order, key=lambda d: self._hardest_first(d, chance.uniform(1 - noise, 1)))
            found = fill(order, self._hosts_of, self._empty)
            if found is not None:
                return found
        return None

    def _go_through_all(self) -> list[Placed] | None:
        self._classes = self._interchangeable()
        self._label_of = {host: self._label(host) for host in self._rooms}
        return self._placed if self._place_rest() else None

    def _hardest_first(self, demand: Demand, weight: float = 1) -> tuple[int, int, float]:
        return (len(self._hosts_of[demand]), -demand.need.count, -demand.need.hardness(self._usual_card) * weight)

    def _sums_from_the_end(self) -> list[int]:
        """Bytes that the demands from each position on need at least."""
        sizes = [demand.need.least_memory for demand in reversed(self._order)]
        return list(accumulate(sizes, initial=0))[::-1]

    def _interchangeable(self) -> dict[str, int]:
        """Number the classes of hosts that look alike to every demand."""
        lists = list({id(hosts): hosts for hosts in self._hosts_of.values()}.values())
        numbers: dict[tuple[object, ...], int] = {}
        return {
            host: numbers.setdefault((room.kind, room.state, *(host in hosts for hosts in lists)), len(numbers))
            for host, room in self._rooms.items()
        }

    def _place_rest(self) -> bool:
        position = len(self._placed)
        if position == len(self._order):
            return True
        if self._needed[position] > self._memory:
            return False
        demand = self._order[position]
        siblings = self._placed[position - demand.replica :]
        state = (self._touched.tobytes(), self._mark(demand, siblings))
        if state in self._dead[position]:
            return False
        for option in self._options(demand, siblings):
            self._steps += 1
            self.gave_up = self._steps > STEPS
            if self.gave_up:
                return False
            before = self._rooms[option.host]
            self._change(option.host, before.without(option))
            self._placed.append(option)
            if self._place_rest():
                return True
            self._placed.pop()
            self._change(option.host, before)
        self._dead[position].add(state)
        return False

    def _change(self, host: str, room: Room) -> None:
        """Give a host another room, and keep account of the memory left and of what makes up a state."""
        before = self._rooms[host]
        if before is not self._empty[host]:
            del self._touched[bisect_left(self._touched, self._label_of[host])]
        self._rooms[host] = room
        self._label_of[host] = self._label(host)
        if room is not self._empty[host]:
            insort(self._touched, self._label_of[host])
        self._memory += room.memory - before.memory

    def _label(self, host: str) -> int:
        """Number what a host is and has left; two with one number are the same to whatever is still to be placed."""
        return self._labels.setdefault((self._classes[host], self._rooms[host].state), len(self._labels))

    def _mark(self, demand: Demand, siblings: Sequence[Placed]) -> object:
        """What the pods of one workload that have a place leave to the next, beside rooms."""
        if not siblings:
            return None
        first = siblings[0]
        room = self._rooms[first.host]
        if room.kind.pins:
            cards = sorted((room.kind.cards[i].product, room.free[i], room.slots[i]) for i in first.chosen)
            return (self._label_of[first.host], *cards)
        barred = sorted(self._label_of[host] for host in barred_hosts(demand, siblings))
        return (room.kind.template, *room.products(first.chosen), *barred)

    def _options(self, demand: Demand, siblings: Sequence[Placed]) -> list[Placed]:
        """Places for a demand, hosts that are in one state tried once, the tightest first."""
        told_apart = barred_hosts(demand, siblings)
        if siblings and self._rooms[siblings[0].host].kind.pins:
            told_apart = {siblings[0].host}
        hosts = first_of_alike(self._hosts_of[demand], lambda host: (self._label_of[host], host in told_apart))
        places = fits(demand, hosts, self._rooms, siblings)
        return sorted(places, key=lambda option: self._rooms[option.host].slack(option))
