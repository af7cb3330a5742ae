"""Write the placement down as the GPU matrix: a row for each pod, and what is taken of each card."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from pyfleet.placement.types import Assignment, CardUse

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pyfleet.placement.rooms import Placed
    from pyfleet.placement.turns import PlacedTurn
    from pyfleet.resolved import Resolved


def matrix_of(residents: Iterable[Placed], turns: Iterable[PlacedTurn], resolved: Resolved) -> tuple[Assignment, ...]:
    """Rows of all that have a place."""
    rows = [_row(each, (), (), resolved) for each in residents]
    rows += [_row(each.placed, each.waits_for, each.preempts, resolved) for each in turns]
    return _with_neighbours(rows)


def card_uses(resolved: Resolved, assignments: Iterable[Assignment]) -> tuple[CardUse, ...]:
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


def _row(found: Placed, waits_for: tuple[str, ...], preempts: tuple[str, ...], resolved: Resolved) -> Assignment:
    demand = found.demand
    ordered = sorted(zip(found.chosen, found.taken, strict=True))
    cards = [resolved.cards[found.host][index] for index, _ in ordered]
    whole_host = len(cards) == len(resolved.cards[found.host])
    why = _why(found, resolved, whole_host=whole_host)
    if waits_for:
        why += f"; waits for {', '.join(waits_for)}"
    elif preempts:
        why += f"; outranks {', '.join(preempts)}"
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
        pinned=resolved.must_pin(found.host) and not whole_host,
        shared=any(card.slots > 1 for card in cards),
        why=why,
        waits_for=waits_for,
        preempts=preempts,
    )


def _why(found: Placed, resolved: Resolved, *, whole_host: bool) -> str:
    if found.demand.host is not None:
        return "the fleet names the host"
    if resolved.is_uniform(found.host):
        return "any card of this kind will do"
    if whole_host:
        return "it takes all cards of the host" if len(found.chosen) > 1 else "the host's only card"
    if not resolved.must_pin(found.host):
        return "claimed by its kind"
    return "pinned: Kubernetes can't tell the host's cards apart"


def _with_neighbours(rows: Sequence[Assignment]) -> tuple[Assignment, ...]:
    """Add to the rows of shared cards who shares them."""
    on_card: dict[tuple[str, int], dict[str, None]] = defaultdict(dict)
    for row in rows:
        for card in row.cards:
            on_card[row.host, card][row.workload] = None
    complete = []
    for row in rows:
        others: dict[str, None] = {}
        for card in row.cards if row.shared else ():
            others |= on_card[row.host, card]
        others.pop(row.workload, None)
        shares = f"; shares its card with {', '.join(others)}" if others else ""
        complete.append(replace(row, why=row.why + shares))
    return tuple(complete)
