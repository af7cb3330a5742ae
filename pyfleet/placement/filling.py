"""Assign all resident demands card by card: the hardest demand, with the companions that fill its card best.

A quick first answer where first fit leaves some out: shares of cards pack tightly this way, one demand at a time
they don't. It undoes nothing, so that it finds nothing proves nothing.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from pyfleet.placement.fitting import fits
from pyfleet.placement.rooms import Placed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pyfleet.placement.demands import Demand
    from pyfleet.placement.rooms import Room


def fill(order: Sequence[Demand], hosts_of: Mapping[Demand, list[str]], rooms: dict[str, Room]) -> list[Placed] | None:
    """Place the demands, the hardest first; None if one finds no place. The rooms are as they were before."""
    left = dict.fromkeys(order)
    placed: list[Placed] = []
    while left:
        demand = next(iter(left))
        del left[demand]
        siblings = [each for each in placed if each.demand.workload == demand.workload]
        best: tuple[int, Placed, list[Demand]] | None = None
        for host in _distinct(hosts_of[demand], rooms):
            for option in fits(demand, [host], rooms, siblings):
                rest = rooms[host].slack(option)
                friends = _companions(option, rest, left, hosts_of, rooms)
                waste = rest - sum(friend.least_memory for friend in friends)
                if best is None or waste < best[0]:
                    best = (waste, option, friends)
        if best is None:
            break
        _, option, friends = best
        for each in (option, *(_beside(option, friend) for friend in friends)):
            rooms[each.host].take(each.chosen, each.taken)
            placed.append(each)
            left.pop(each.demand, None)
    for each in placed:
        rooms[each.host].give_back(each.chosen, each.taken)
    return placed if len(placed) == len(order) else None


def _distinct(hosts: list[str], rooms: dict[str, Room]) -> list[str]:
    """One host of each kind and state."""
    return list({(rooms[host].kind, rooms[host].state): host for host in reversed(hosts) if rooms[host].units}.values())


def _companions(
    option: Placed, rest: int, left: Mapping[Demand, None], hosts_of: Mapping[Demand, list[str]], rooms: dict[str, Room]
) -> list[Demand]:
    """Choose the one or two demands that leave the least of a card beside the one that is on it."""
    room = rooms[option.host]
    if len(option.chosen) != 1 or room.slots[option.chosen[0]] < 2:  # noqa: PLR2004 - itself and another
        return []
    card = room.cards[option.chosen[0]]
    able = sorted(
        (
            demand
            for demand in left
            if demand.is_simple
            and 0 < demand.least_memory <= min(rest, card.most)
            and demand.product in (None, card.product)
            and option.host in hosts_of[demand]
        ),
        key=lambda demand: demand.least_memory,
    )
    if not able:
        return []
    best = [able[-1]]
    if room.slots[option.chosen[0]] > 2:  # noqa: PLR2004 - itself and two others
        sizes = [demand.least_memory for demand in able]
        for index, first in enumerate(able):
            other = bisect_right(sizes, rest - first.least_memory, 0, index) - 1
            if other >= 0 and sizes[index] + sizes[other] > sum(each.least_memory for each in best):
                best = [first, able[other]]
    return best


def _beside(option: Placed, friend: Demand) -> Placed:
    return Placed(friend, option.host, option.chosen, (friend.least_memory,))
