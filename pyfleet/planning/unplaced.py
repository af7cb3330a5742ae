"""Say why a GPU workload fits nowhere, and what would make room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.planning.types import Unplaced
from pyfleet.units import gib_text

if TYPE_CHECKING:
    from pyfleet.planning.demands import Demand
    from pyfleet.planning.inventory import Card, Inventory
    from pyfleet.planning.rooms import Placed


def explain(demand: Demand, inventory: Inventory, resident: list[Placed]) -> Unplaced:
    """Explain one demand that found no place."""
    allowed = inventory.hosts_matching(dict(demand.selector))
    if demand.host is not None:
        allowed = tuple(host for host in allowed if host == demand.host)
    cards = [
        card for host in allowed for card in inventory.cards.get(host, ()) if demand.product in (None, card.product)
    ]
    if not cards:
        return Unplaced(
            demand.workload,
            "no such cards",
            f"asks for {_wanted(demand)}; no host has that",
            _hosts_with_gpus(inventory),
        )
    most = max(sum(card.host == host for card in cards) for host in {card.host for card in cards})
    if most < demand.count:
        return Unplaced(
            demand.workload,
            "no such cards",
            f"asks for {demand.count} cards of one host; no host that it may use has more than {most}",
            "ask for fewer, or allow more hosts",
        )
    if not _fits_empty(demand, cards):
        return Unplaced(
            demand.workload,
            "too large",
            _too_large(demand, cards),
            "use a smaller model, a smaller context or more cards",
        )
    hosts = {card.host for card in cards}
    holders = sorted({each.demand.workload for each in resident if each.host in hosts} - {demand.workload})
    taken = f"are taken by {', '.join(holders)}" if holders else "are too few for all its replicas"
    return Unplaced(
        demand.workload,
        "taken",
        f"needs {_need(demand)}, but the cards it could use ({_shown(cards)}) {taken}",
        "give one of them `replicas: 0` (it then takes turns), a smaller `gpu.memory`, or another host",
    )


def _wanted(demand: Demand) -> str:
    parts = [f"a {demand.product}" if demand.product else "a GPU"]
    if demand.selector:
        parts.append(f"a host with the labels {', '.join(f'{key}={value}' for key, value in demand.selector)}")
    if demand.host:
        parts.append(f"the host {demand.host}")
    return " and ".join(parts)


def _hosts_with_gpus(inventory: Inventory) -> str:
    listed = [
        f"{host} has {', '.join(card.product for card in cards)}" for host, cards in list(inventory.cards.items())[:5]
    ]
    return "; ".join(listed) if listed else "no host of this fleet has a GPU"


def _fits_empty(demand: Demand, cards: list[Card]) -> bool:
    """Whether some host's cards would do if nothing else were on them."""
    for host in {card.host for card in cards}:
        sizes = sorted((card.usable for card in cards if card.host == host), reverse=True)[: demand.count]
        if len(sizes) < demand.count or (demand.count > 1 and any(c.slots > 1 for c in cards if c.host == host)):
            continue
        if demand.memory is None:
            return True
        room = sum(sizes) if demand.spreads_unevenly else min(sizes) * demand.count
        if demand.memory <= room:
            return True
    return False


def _need(demand: Demand) -> str:
    if demand.memory is None:
        return f"{demand.count} card(s) to itself"
    over = f" over {demand.count} cards" if demand.count > 1 else ""
    return f"{gib_text(demand.memory)} GiB{over}"


def _too_large(demand: Demand, cards: list[Card]) -> str:
    if demand.count > 1 and all(card.slots > 1 for card in cards):
        return f"asks for {demand.count} cards, but all that it may use are shared, and two shares can be one card"
    bounded = " (spread evenly, so the smallest bounds it)" if demand.count > 1 and not demand.spreads_unevenly else ""
    return f"needs {_need(demand)}{bounded}, more than any host can give: {_shown(cards)}"


def _shown(cards: list[Card]) -> str:
    texts = dict.fromkeys(f"{card.product} of {card.host} with {gib_text(card.usable)} GiB" for card in cards)
    shown = list(texts)[:4]
    return ", ".join(shown) + (f" and {len(texts) - 4} more" if len(texts) > 4 else "")  # noqa: PLR2004
