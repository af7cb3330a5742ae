"""Give every GPU workload a host and cards.

Workloads that run always are placed first, all at once: each gets what it needs beside the others. Those that take
turns (jobs, and workloads scaled to zero until wanted) are placed after them, where they disturb least.

What keeps two models off one card is Kubernetes' count of cards, and it counts only: on a host whose cards are alike
and given whole, a pod that starts has its cards to itself. On any other host pods are pinned to their planned cards,
and whatever could run at one time has to fit there at one time.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from pyfleet.placement.demands import demands_of
from pyfleet.placement.fitting import fits
from pyfleet.placement.resident import Candidates, place_always
from pyfleet.placement.rooms import Placed, Room
from pyfleet.placement.types import Assignment, CardUse, Placement
from pyfleet.placement.unplaced import explain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyfleet.placement.demands import Demand
    from pyfleet.resolved import Resolved


def place(resolved: Resolved) -> Placement:
    """Assign all GPU workloads of a fleet; what can't be assigned comes back with the reason."""
    demands = sorted(
        demands_of(resolved),
        key=lambda d: (-d.priority, -d.count, -(d.memory or 2**60), d.workload, d.replica),
    )
    always = [demand for demand in demands if demand.runs_always]
    by_turns = [demand for demand in demands if not demand.runs_always]
    rooms = {
        host: Room.of(cards, uniform=resolved.is_uniform(host), pins=resolved.must_pin(host))
        for host, cards in resolved.cards.items()
    }
    residents = place_always(always, rooms, resolved)
    placed = list(residents.placed)
    resident = residents.placed
    unplaced = [explain(demand, resolved, resident, proved=residents.proved) for demand in residents.left_over]
    turn_rooms = _rooms_for_turns(rooms, resident)
    holders = _by_host(resident)
    for demand in by_turns:
        found = _place_turn(demand, turn_rooms, holders, resolved)
        if found is None:
            unplaced.append(explain(demand, resolved, resident))
            continue
        if not turn_rooms[found.host].uniform:
            turn_rooms[found.host].take(found.chosen, found.taken)
        placed.append(found)
    assignments = _with_neighbours([_assignment(found, resolved) for found in placed])
    return Placement(assignments, tuple(unplaced), _card_uses(resolved, assignments))


def _by_host(placed: Iterable[Placed]) -> dict[str, list[Placed]]:
    hosts: dict[str, list[Placed]] = defaultdict(list)
    for each in placed:
        hosts[each.host].append(each)
    return hosts


def _holds_whole_host(each: Placed, room: Room) -> bool:
    return len(each.chosen) == len(room.cards) and all(card.slots == 1 for card in room.cards)


def _rooms_for_turns(rooms: dict[str, Room], resident: list[Placed]) -> dict[str, Room]:
    """Room for those that take turns.

    On a uniform host whoever starts has its cards to itself, so all is room. Elsewhere only those are out of the way
    that hold every card: while they run, Kubernetes' count lets nobody else start.
    """
    turn_rooms = {host: Room.of(room.cards, uniform=room.uniform, pins=room.pins) for host, room in rooms.items()}
    for each in resident:
        room = turn_rooms[each.host]
        if not room.uniform and not _holds_whole_host(each, room):
            room.take(each.chosen, each.taken)
    return turn_rooms


def _place_turn(
    demand: Demand, rooms: dict[str, Room], holders: dict[str, list[Placed]], resolved: Resolved
) -> Placed | None:
    """Find the place where a demand disturbs the least: first nobody, then those of lower priority."""
    best: tuple[tuple[int, int, int], Placed] | None = None
    for option in fits(demand, Candidates(rooms, resolved).of(demand), rooms):
        room = rooms[option.host]
        here = holders.get(option.host, [])
        in_the_way = _in_the_way(option, room, here)
        chosen = _freed(option, here, in_the_way) if room.uniform else option.chosen
        waits = tuple(each.demand.workload for each in in_the_way if each.demand.priority >= demand.priority)
        yields = tuple(each.demand.workload for each in in_the_way if each.demand.priority < demand.priority)
        cost = (len(waits), len(yields), sum(card.usable for card in room.cards))
        if best is None or cost < best[0]:
            best = (cost, Placed(demand, option.host, chosen, option.taken, waits, yields))
        if cost[:2] == (0, 0):
            break
    return best[1] if best else None


def _in_the_way(option: Placed, room: Room, holders: list[Placed]) -> list[Placed]:
    """Workloads that have to stop before this one can start: the least important first, no more than needed."""
    if not room.uniform:
        return [each for each in holders if _holds_whole_host(each, room)]
    missing = len(option.chosen) - (len(room.cards) - sum(len(each.chosen) for each in holders))
    stopping = []
    for each in sorted(holders, key=lambda each: each.demand.priority):
        if missing <= 0:
            break
        stopping.append(each)
        missing -= len(each.chosen)
    return stopping


def _freed(option: Placed, holders: list[Placed], stopped: list[Placed]) -> tuple[int, ...]:
    """Cards of a uniform host that are free once these have stopped."""
    held = {card for each in holders if each not in stopped for card in each.chosen}
    free = (card for card in range(len(held) + len(option.chosen)) if card not in held)
    return tuple(free)[: len(option.chosen)]


def _assignment(found: Placed, resolved: Resolved) -> Assignment:
    demand = found.demand
    ordered = sorted(zip(found.chosen, found.taken, strict=True))
    cards = [resolved.cards[found.host][index] for index, _ in ordered]
    uniform, pins = resolved.is_uniform(found.host), resolved.must_pin(found.host)
    whole_host = len(cards) == len(resolved.cards[found.host])
    return Assignment(
        workload=demand.workload,
        replica=demand.replica,
        host=found.host,
        cards=tuple(card.index for card in cards),
        product=tuple(card.product for card in cards),
        needed=tuple(size for _, size in ordered),
        usable=tuple(card.usable for card in cards),
        turn=demand.turn,
        priority=demand.priority,
        priority_name=demand.priority_name,
        pinned=pins and not whole_host,
        shared=any(card.slots > 1 for card in cards),
        why=_why(found, uniform=uniform, whole_host=whole_host, pins=pins),
        waits_for=found.waits_for,
        preempts=found.preempts,
    )


def _with_neighbours(rows: list[Assignment]) -> tuple[Assignment, ...]:
    """Say of shared cards who shares them."""
    on_card: dict[tuple[str, int], dict[str, None]] = defaultdict(dict)
    for row in rows:
        for card in row.cards:
            on_card[row.host, card][row.workload] = None
    told = []
    for row in rows:
        others = [name for card in row.cards for name in on_card[row.host, card] if name != row.workload]
        beside = f"; shares its card with {', '.join(dict.fromkeys(others))}" if row.shared and others else ""
        told.append(replace(row, why=f"{row.why}{beside}"))
    return tuple(told)


def _why(found: Placed, *, uniform: bool, whole_host: bool, pins: bool) -> str:
    if found.demand.host is not None:
        where = "the fleet names the host"
    elif uniform:
        where = "any card of this kind will do"
    elif whole_host:
        where = "it takes all cards of the host" if len(found.chosen) > 1 else "the host's only card"
    elif not pins:
        where = "claimed by its kind"
    else:
        where = "pinned: Kubernetes can't tell the host's cards apart"
    if found.waits_for:
        return f"{where}; waits for {', '.join(found.waits_for)}"
    if found.preempts:
        return f"{where}; outranks {', '.join(found.preempts)}"
    return where


def _card_uses(resolved: Resolved, assignments: Iterable[Assignment]) -> tuple[CardUse, ...]:
    """Sum up what is taken of every card all the time."""
    taken: dict[tuple[str, int], int] = defaultdict(int)
    names: dict[tuple[str, int], list[str]] = defaultdict(list)
    for row in assignments:
        if row.turn == "always":
            for card, needed in zip(row.cards, row.needed, strict=True):
                taken[row.host, card] += needed
                names[row.host, card].append(row.workload)
    return tuple(
        CardUse(
            card.host,
            card.index,
            card.product,
            card.usable,
            taken[card.host, card.index],
            tuple(dict.fromkeys(names[card.host, card.index])),
        )
        for cards in resolved.cards.values()
        for card in cards
    )
