"""Say why a GPU workload fits nowhere, and what would make room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.placement.fitting import fits
from pyfleet.placement.rooms import Room
from pyfleet.placement.types import Unplaced
from pyfleet.units import gib_text

if TYPE_CHECKING:
    from pyfleet.placement.demands import Demand
    from pyfleet.placement.rooms import Placed
    from pyfleet.resolved import Card, Resolved

SHOWN = 4
"""Cards or workloads that a message lists; of more it says how many."""


def explain(demand: Demand, resolved: Resolved, resident: list[Placed], *, proved: bool = True) -> Unplaced:
    """Explain one demand that found no place; `proved` says that no other assignment would have one for all."""
    allowed = resolved.hosts_matching(dict(demand.selector))
    if demand.host is not None:
        allowed = tuple(host for host in allowed if host == demand.host)
    cards = {
        host: [card for card in resolved.cards.get(host, ()) if demand.product in (None, card.product)]
        for host in allowed
    }
    cards = {host: found for host, found in cards.items() if found}
    if not cards:
        message = f"asks for {_wanted(demand)}; no host has that"
        return Unplaced(demand.workload, "no such cards", message, _hosts_with_gpus(resolved))
    most = max(map(len, cards.values()))
    if most < demand.count:
        return Unplaced(
            demand.workload,
            "no such cards",
            f"asks for {demand.count} cards of one host; no host that it may use has more than {most}",
            "ask for fewer, or allow more hosts",
        )
    empty = {host: _room(resolved, host) for host in cards}
    if next(fits(demand, empty, empty), None) is None:
        listed = [card for found in cards.values() for card in found]
        hint = "use a smaller model, a smaller context or more cards"
        return Unplaced(demand.workload, "too large", _too_large(demand, listed), hint)
    return _taken(demand, resolved, resident, list(cards), proved=proved)


def _room(resolved: Resolved, host: str) -> Room:
    return Room.of(resolved.cards[host], uniform=resolved.is_uniform(host), pins=resolved.must_pin(host))


def _taken(demand: Demand, resolved: Resolved, resident: list[Placed], hosts: list[str], *, proved: bool) -> Unplaced:
    """Explain a demand whose cards are taken: by whom, and who would have to go."""
    best: tuple[str, list[Placed]] | None = None
    for host in hosts:
        in_the_way = _in_the_way(demand, resolved, [each for each in resident if each.host == host], host)
        if in_the_way is not None and (best is None or _loss(in_the_way) < _loss(best[1])):
            best = (host, in_the_way)
    cut_short = "" if proved else " (the search for another assignment was cut short, so there may be one)"
    if best is None or not best[1]:
        return Unplaced(
            demand.workload,
            "taken",
            f"needs {_need(demand)} for each of its replicas, and its cards are too few for all{cut_short}",
            "ask for fewer replicas, or allow more hosts",
        )
    host, in_the_way = best
    easiest = [host, *(other for other in hosts if other != host)]
    names = list(dict.fromkeys(each.demand.workload for each in in_the_way))
    return Unplaced(
        demand.workload,
        "taken",
        f"needs {_need(demand)}, and its cards are taken: {_holders(demand, resident, resolved, easiest)}{cut_short}",
        f"without {' and '.join(names)} there is room on {host}; with `replicas: 0` it would take turns",
    )


def _loss(gone: list[Placed]) -> tuple[int, int]:
    """How much would have to go: workloads, and bytes."""
    return len({each.demand.workload for each in gone}), sum(sum(each.taken) for each in gone)


def _in_the_way(demand: Demand, resolved: Resolved, here: list[Placed], host: str) -> list[Placed] | None:
    """Workloads of a host that have to go before a demand fits, the least important first; None if none would help."""
    room = _room(resolved, host)
    for each in here:
        room.take(each.chosen, each.taken)
    gone: list[Placed] = []
    for each in sorted(here, key=lambda each: each.demand.priority):
        if next(fits(demand, [host], {host: room}), None) is not None:
            break
        room.give_back(each.chosen, each.taken)
        gone.append(each)
    if next(fits(demand, [host], {host: room}), None) is None:
        return None
    # Those that went before it helped, and that it does without.
    needed = list(gone)
    for each in gone[:-1]:
        room.take(each.chosen, each.taken)
        if next(fits(demand, [host], {host: room}), None) is not None:
            needed.remove(each)
        else:
            room.give_back(each.chosen, each.taken)
    return needed


def _holders(demand: Demand, resident: list[Placed], resolved: Resolved, hosts: list[str]) -> str:
    """Name the cards of these hosts that would be large enough, with those that are on them."""
    texts = []
    least = 0 if demand.spreads_unevenly else demand.least_memory // demand.count
    for host in hosts:
        for card in resolved.cards[host]:
            if card.most < least or demand.product not in (None, card.product):
                continue
            on_it = [
                f"{each.demand.workload} {gib_text(taken)}"
                for each in resident
                if each.host == host
                for chosen, taken in zip(each.chosen, each.taken, strict=True)
                if chosen == card.index
            ]
            if on_it:
                texts.append(
                    f"{card.product} #{card.index} of {host} ({gib_text(card.usable)} GiB) by {', '.join(on_it)}"
                )
    return _few(texts)


def _wanted(demand: Demand) -> str:
    parts = [f"a {demand.product}" if demand.product else "a GPU"]
    if demand.selector:
        parts.append(f"a host with the labels {', '.join(f'{key}={value}' for key, value in demand.selector)}")
    if demand.host:
        parts.append(f"the host {demand.host}")
    return " and ".join(parts)


def _hosts_with_gpus(resolved: Resolved) -> str:
    listed = [f"{host} has {', '.join(card.product for card in cards)}" for host, cards in resolved.cards.items()]
    return _few(listed, separator="; ") if listed else "no host of this fleet has a GPU"


def _need(demand: Demand) -> str:
    over = f" over {demand.count} cards" if demand.count > 1 else ""
    if demand.share is not None:
        return f"a share of {demand.share:g} of a card{over}"
    if demand.memory is None:
        return "a card to itself" if demand.count == 1 else f"{demand.count} cards to itself"
    return f"{gib_text(demand.memory)} GiB{over}"


def _too_large(demand: Demand, cards: list[Card]) -> str:
    if demand.count > 1 and all(card.slots > 1 for card in cards):
        return f"asks for {demand.count} cards, but all that it may use are shared, and two shares can be one card"
    if demand.share is not None and demand.memory is not None:
        return f"needs {gib_text(demand.memory)} GiB, more than a share of {demand.share:g} of {_shown(cards)}"
    bounded = " (spread evenly, so the smallest bounds it)" if demand.count > 1 and not demand.spreads_unevenly else ""
    return f"needs {_need(demand)}{bounded}, more than any host can give: {_shown(cards)}"


def _shown(cards: list[Card]) -> str:
    return _few(list(dict.fromkeys(f"{card.product} of {card.host} with {gib_text(card.most)} GiB" for card in cards)))


def _few(texts: list[str], separator: str = ", ") -> str:
    more = f" and {len(texts) - SHOWN} more" if len(texts) > SHOWN else ""
    return separator.join(texts[:SHOWN]) + more
