"""Search for an assignment of all resident demands, where first fit found none.

Depth first, hardest demand first, tightest place first. What keeps it quick: hosts that no remaining demand can tell
apart are tried once, a state that led nowhere is not entered again, and a branch ends as soon as what is left to
place needs more slots or more memory than there is.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from pyfleet.placement.filling import fill
from pyfleet.placement.fitting import fits

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pyfleet.placement.demands import Demand
    from pyfleet.placement.rooms import Placed, Room

ATTEMPTS = 30
"""Orders in which cards are filled before the search begins."""
STEPS = 12_000
"""Places tried before it gives up: about a second. Fleets of 64 cards and 100 workloads need a few hundred."""


class Search:
    """One search: what is to be placed where, and what has been tried."""

    def __init__(self, demands: list[Demand], hosts_of: Mapping[Demand, list[str]], rooms: dict[str, Room]) -> None:
        self._rooms = rooms
        self._hosts_of = hosts_of
        self._order = sorted(demands, key=lambda d: (len(hosts_of[d]), -d.count, -d.hardness, d.workload, d.replica))
        self._left = self._sums_from_the_end()
        self._classes = self._interchangeable()
        self._placed: list[Placed] = []
        self._dead: set[int] = set()
        self._steps = 0

    def run(self) -> list[Placed] | None:
        """Find an assignment of all demands; None if there is none, or the limit was reached first.

        The rooms are as they were before.
        """
        quick = self._quick_answer()
        if quick is not None:
            return quick
        found = self._place_rest()
        for each in self._placed:
            self._rooms[each.host].give_back(each.chosen, each.taken)
        return self._placed if found else None

    def _quick_answer(self) -> list[Placed] | None:
        """Fill the cards in some orders near the one from hard to easy; often one of them works out."""
        chance = Random(0)  # noqa: S311 - the same at each run: a plan must not change by itself
        for attempt in range(ATTEMPTS):
            noise = 0.1 * (attempt % 10)
            order = sorted(
                self._order,
                key=lambda d: (len(self._hosts_of[d]), -d.count, -d.hardness * chance.uniform(1 - noise, 1)),
            )
            found = fill(order, self._hosts_of, self._rooms)
            if found is not None:
                return found
        return None

    @property
    def gave_up(self) -> bool:
        """Whether the limit was reached, so that nothing was proved."""
        return self._steps > STEPS

    def _sums_from_the_end(self) -> list[tuple[int, int]]:
        """Slots and bytes that the demands from each position on need at least."""
        sums = [(0, 0)]
        for demand in reversed(self._order):
            slots, size = sums[-1]
            sums.append((slots + demand.count, size + demand.least_memory))
        return sums[::-1]

    def _interchangeable(self) -> dict[str, int]:
        """Number the classes of hosts that look alike to every demand."""
        names: dict[tuple[object, ...], int] = {}
        allowing: dict[str, list[int]] = {host: [] for host in self._rooms}
        for hosts in {id(hosts): hosts for hosts in self._hosts_of.values()}.values():
            for host in hosts:
                allowing[host].append(id(hosts))
        return {
            host: names.setdefault(
                (room.kind, tuple(card.product for card in room.cards), tuple(allowing[host])), len(names)
            )
            for host, room in self._rooms.items()
        }

    def _place_rest(self) -> bool:
        position = len(self._placed)
        if position == len(self._order):
            return True
        if not self._could_fit(position):
            return False
        state = hash((position, tuple(sorted((self._classes[host], room.state) for host, room in self._rooms.items()))))
        if state in self._dead:
            return False
        for option in self._options(self._order[position]):
            self._steps += 1
            if self.gave_up:
                return False
            self._rooms[option.host].take(option.chosen, option.taken)
            self._placed.append(option)
            if self._place_rest():
                return True
            self._placed.pop()
            self._rooms[option.host].give_back(option.chosen, option.taken)
        self._dead.add(state)
        return False

    def _could_fit(self, position: int) -> bool:
        slots, size = self._left[position]
        return slots <= sum(room.units for room in self._rooms.values()) and size <= sum(
            room.free_memory for room in self._rooms.values()
        )

    def _options(self, demand: Demand) -> Iterator[Placed]:
        """Places for a demand, hosts that are in one state tried once, the tightest first."""
        siblings = [each for each in self._placed if each.demand.workload == demand.workload]
        seen: set[tuple[int, object]] = set()
        options: list[Placed] = []
        for host in self._hosts_of[demand]:
            room = self._rooms[host]
            alike = (self._classes[host], room.state)
            if room.units == 0 or (alike in seen and not siblings):
                continue
            seen.add(alike)
            options += fits(demand, [host], self._rooms, siblings)
        options.sort(key=lambda option: self._rooms[option.host].slack(option))
        yield from options
