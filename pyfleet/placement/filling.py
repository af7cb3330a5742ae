"""Assign demands card by card: the hardest demand, with the companions that fill its card best.

A quick first answer where first fit leaves some out: shares of cards pack tightly this way, one demand at a time
they don't. It undoes nothing, so that it finds nothing proves nothing.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from typing import TYPE_CHECKING

from pyfleet.placement.fitting import first_of_alike, fits
from pyfleet.placement.rooms import Placed

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from pyfleet.placement.demands import Demand
    from pyfleet.placement.rooms import Room


def fill(
    order: Sequence[Demand], hosts_of: Mapping[Demand, Collection[str]], rooms: Mapping[str, Room]
) -> list[Placed] | None:
    """Place the demands in this order, but for those that come along as companions; None if one finds no place."""
    rooms = dict(rooms)
    left = dict.fromkeys(order)
    small_first = sorted((demand for demand in order if demand.is_simple), key=_size)
    placed: list[Placed] = []
    siblings: dict[str, list[Placed]] = defaultdict(list)
    while left:
        demand = next(iter(left))
        _remove(demand, left, small_first)
        best: tuple[int, Placed, list[Demand]] | None = None
        mine = siblings[demand.workload]
        hosts = hosts_of[demand]
        if not mine:
            hosts = first_of_alike(hosts, lambda host: (rooms[host].kind, rooms[host].state))
        for option in fits(demand, hosts, rooms, mine):
            room = rooms[option.host]
            companions = _with_room(option, room, _companions(option, room, small_first, hosts_of))
            waste = room.slack(option) - sum(map(_size, companions))
            if best is None or waste < best[0]:
                best = (waste, option, companions)
        if best is None:
            return None
        _, option, companions = best
        for companion in companions:
            _remove(companion, left, small_first)
        for each in (option, *(_beside(option, companion) for companion in companions)):
            rooms[each.host] = rooms[each.host].without(each)
            siblings[each.demand.workload].append(each)
            placed.append(each)
    return placed


def _size(demand: Demand) -> int:
    return demand.need.least_memory


def _remove(demand: Demand, left: dict[Demand, None], small_first: list[Demand]) -> None:
    del left[demand]
    if demand.is_simple:
        small_first.remove(demand)


def _companions(
    option: Placed, room: Room, small_first: Sequence[Demand], hosts_of: Mapping[Demand, Collection[str]]
) -> list[Demand]:
    """Choose the one or two of these demands that leave the least of a card beside the one that is on it."""
    first = option.chosen[0]
    slots = room.slots[first] - 1
    if slots == 0:
        return []
    card, rest = room.kind.cards[first], room.slack(option)
    able = [
        demand
        for demand in small_first[: bisect_right(small_first, min(rest, card.most), key=_size)]
        if demand.need.product in (None, card.product) and option.host in hosts_of[demand]
    ]
    best = able[-1:]
    if slots > 1:
        sizes = [demand.need.least_memory for demand in able]
        for index, size in enumerate(sizes):
            other = bisect_right(sizes, rest - size, 0, index) - 1
            if other >= 0 and size + sizes[other] > sum(map(_size, best)):
                best = [able[index], able[other]]
    return best


def _with_room(option: Placed, room: Room, companions: list[Demand]) -> list[Demand]:
    """Leave out those that lack main memory or CPU beside the others."""
    if room.left is None:
        return companions
    room = room.without(option)
    able = []
    for companion in companions:
        placed = _beside(option, companion)
        if room.has(companion.need, placed.chosen, placed.taken):
            able.append(companion)
            room = room.without(placed)
    return able


def _beside(option: Placed, companion: Demand) -> Placed:
    return Placed(companion, option.host, option.chosen, (companion.need.least_memory,))
