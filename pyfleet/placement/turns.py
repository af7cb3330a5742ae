"""Place the workloads that take turns (jobs, and what is scaled to zero until wanted) where they disturb least.

On a host whose cards are alike and given whole, Kubernetes' count of cards gives whoever starts its cards to itself. On
any other host pods have their cards by plan, and whatever could run at one time has to fit there at one time.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from math import inf
from typing import TYPE_CHECKING

from pyfleet.offers.amounts import NOTHING, UNLIMITED, total
from pyfleet.placement.fitting import first_of_alike, fits
from pyfleet.placement.rooms import beside

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from pyfleet.offers.amounts import Amounts
    from pyfleet.placement.demands import Demand
    from pyfleet.placement.rooms import HostKind, Placed, Room


@dataclass(frozen=True, slots=True)
class PlacedTurn:
    """A pod that takes turns, with its place, and the workloads that hold it."""

    placed: Placed
    waits_for: tuple[str, ...]
    """Those that outrank it: it starts when they stop."""
    preempts: tuple[str, ...]
    """Those that it outranks: they are stopped when it starts."""


def place_turns(
    demands: Iterable[Demand],
    hosts_of: Mapping[Demand, Collection[str]],
    rooms: Mapping[str, Room],
    residents: Sequence[Placed],
) -> tuple[list[PlacedTurn], list[Demand]]:
    """Place those that take turns on hosts that would be empty without residents; what finds no place comes second."""
    rooms = beside((each for each in residents if has_to_fit_beside_turns(each, rooms[each.host].kind)), rooms)
    holders = by_host(residents)
    weights = _weights(holders, rooms)
    turns: list[PlacedTurn] = []
    left_over: list[Demand] = []
    siblings: dict[str, list[Placed]] = defaultdict(list)
    for demand in demands:
        hosts = hosts_of[demand]
        if demand.pods == 1:
            hosts = first_of_alike(hosts, lambda host: (rooms[host], weights.get(host)))
        places = fits(demand, hosts, rooms, siblings[demand.workload])
        turn = _least_disturbing(places, rooms, holders)
        if turn is None:
            left_over.append(demand)
            continue
        found = turn.placed
        if has_to_fit_beside_turns(found, rooms[found.host].kind):
            rooms[found.host] = rooms[found.host].without(found)
        siblings[demand.workload].append(found)
        turns.append(turn)
    return turns, left_over


def kept_for_turns(
    turns: Iterable[PlacedTurn], rooms: Mapping[str, Room], residents: Mapping[str, Sequence[Placed]]
) -> list[Amounts]:
    """What main memory and CPU each of these needs of its host, beside residents, when its turn comes.

    On a uniform host one comes after the other; elsewhere all that are there may run at one time.
    """
    turns = list(turns)
    needed = []
    together: dict[str, Amounts] = {}
    for turn in turns:
        placed, kind = turn.placed, rooms[turn.placed.host].kind
        own = kind.cost(placed.demand.need, placed.chosen, placed.taken)
        stopped = Counter((*turn.waits_for, *turn.preempts))
        for each in residents.get(placed.host, ()):
            if stopped[each.demand.workload] > 0:
                stopped[each.demand.workload] -= 1
                own = own.minus(kind.cost(each.demand.need, each.chosen, each.taken))
        needed.append(own.most(NOTHING))
        together[placed.host] = together.get(placed.host, NOTHING).plus(needed[-1])
    return [
        own if rooms[turn.placed.host].kind.uniform else together[turn.placed.host]
        for turn, own in zip(turns, needed, strict=True)
    ]


def _weights(holders: Mapping[str, Iterable[Placed]], rooms: Mapping[str, Room]) -> dict[str, int]:
    """Number what stands on hosts, by all that counts for taking turns with it."""
    numbers: dict[tuple[object, ...], int] = {}

    def weight(each: Placed) -> tuple[object, ...]:
        room = rooms[each.host]
        cost = None if room.left is None else room.kind.cost(each.demand.need, each.chosen, each.taken)
        return (each.demand.priority, len(each.chosen), cost)

    return {host: numbers.setdefault(tuple(map(weight, here)), len(numbers)) for host, here in holders.items()}


def by_host(placed: Iterable[Placed]) -> dict[str, list[Placed]]:
    """Sort pods by their hosts."""
    hosts: dict[str, list[Placed]] = defaultdict(list)
    for each in placed:
        hosts[each.host].append(each)
    return hosts


def has_to_fit_beside_turns(each: Placed, kind: HostKind) -> bool:
    """Whether a pod and those that take turns have to fit beside each other, instead of taking turns.

    While a resident that holds every card of its host runs, Kubernetes' count lets nobody else start there.
    """
    always = each.demand.turn == "always"
    return not kind.uniform and not (always and _holds_whole_host(each, kind))


def _holds_whole_host(each: Placed, kind: HostKind) -> bool:
    return len(each.chosen) == len(kind.cards) and not kind.shares


def _least_disturbing(
    places: Iterable[Placed], rooms: Mapping[str, Room], holders: Mapping[str, Sequence[Placed]]
) -> PlacedTurn | None:
    """Choose the place where a pod disturbs the least: first nobody, then those of lower priority."""
    best: tuple[tuple[int, int, int], PlacedTurn] | None = None
    for option in places:
        room, here = rooms[option.host], holders.get(option.host, ())
        turn = _turn(option, room, here)
        cost = (len(turn.waits_for), len(turn.preempts), sum(card.usable for card in room.kind.cards))
        if best is None or cost < best[0]:
            best = (cost, turn)
        if not turn.waits_for and not turn.preempts:
            break
    return best[1] if best else None


def _turn(option: Placed, room: Room, holders: Sequence[Placed]) -> PlacedTurn:
    """Work out whom a pod has to come to terms with at a place."""
    kind = room.kind
    in_the_way = _in_the_way(option, room, holders)
    # For cards that are claimed the scheduler stops nobody, whatever the priority: "Preemption is not helpful".
    priority = -inf if kind.claimed else option.demand.priority
    return PlacedTurn(
        placed=replace(option, chosen=_freed(option, holders, in_the_way)) if kind.uniform else option,
        waits_for=tuple(each.demand.workload for each in in_the_way if each.demand.priority >= priority),
        preempts=tuple(each.demand.workload for each in in_the_way if each.demand.priority < priority),
    )


def _in_the_way(option: Placed, room: Room, holders: Sequence[Placed]) -> list[Placed]:
    """Pods that have to stop before this one can start: the least important first, no more than needed."""
    kind = room.kind
    if not kind.uniform:
        return [each for each in holders if _holds_whole_host(each, kind)]
    costs = {id(each): kind.cost(each.demand.need, each.chosen, each.taken) for each in holders} if room.left else {}
    asked = kind.cost(option.demand.need, option.chosen, option.taken)
    left = room.left.minus(total(costs.values())) if room.left else UNLIMITED
    missing = len(option.chosen) - (len(kind.cards) - sum(len(each.chosen) for each in holders))
    stopping = []
    for each in sorted(holders, key=lambda each: each.demand.priority):
        if missing <= 0 and asked.fits(left):
            break
        stopping.append(each)
        missing -= len(each.chosen)
        left = left.plus(costs.get(id(each), NOTHING))
    return stopping


def _freed(option: Placed, holders: Sequence[Placed], stopped: Sequence[Placed]) -> tuple[int, ...]:
    """Cards of a uniform host that are free once these have stopped."""
    held = {card for each in holders if each not in stopped for card in each.chosen}
    free = (card for card in range(len(held) + len(option.chosen)) if card not in held)
    return tuple(free)[: len(option.chosen)]
