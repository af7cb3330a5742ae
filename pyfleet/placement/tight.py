"""On which hosts main memory, CPUs or pods could run out before the cards do.

On all others any pods that the cards take have what they request, so the search need not know of it.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pyfleet.offers.amounts import NOTHING, Amounts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from pyfleet.placement.demands import Demand
    from pyfleet.placement.rooms import Room


def tight_hosts(
    left: Mapping[str, Amounts], hosts_of: Mapping[Demand, Collection[str]], rooms: Mapping[str, Room]
) -> frozenset[str]:
    """Find the hosts on which the pods that ask for most, as many as the cards can take, would not all fit."""
    most = max((room.units for room in rooms.values()), default=0)
    groups: dict[int, tuple[Collection[str], list[Demand]]] = {}
    for demand, hosts in hosts_of.items():
        groups.setdefault(id(hosts), (hosts, []))[1].append(demand)
    largest: dict[str, list[_Largest]] = defaultdict(list)
    for hosts, demands in groups.values():
        each = (_Largest(demands, most, unified=False), _Largest(demands, most, unified=True))
        for host in hosts:
            largest[host].append(each[rooms[host].kind.unified])
    return frozenset(host for host, lists in largest.items() if not _worst(lists, rooms[host]).fits(left[host]))


class _Largest:
    """The largest requests of some demands, by resource."""

    def __init__(self, demands: Iterable[Demand], most: int, *, unified: bool) -> None:
        asked = [demand.need.asks.on(unified=unified) for demand in demands]
        self.by_resource = [sorted(amounts, reverse=True)[:most] for amounts in zip(*asked, strict=True)]


def _worst(lists: list[_Largest], room: Room) -> Amounts:
    """The most that the cards of a host can bring there."""
    amounts = NOTHING
    for name, each in zip(Amounts._fields, zip(*(one.by_resource for one in lists), strict=True), strict=True):
        together = sorted((amount for amounts_of in each for amount in amounts_of), reverse=True)
        amounts = amounts._replace(**{name: sum(together[: room.units])})
    gpu = sum(card.usable for card in room.kind.cards if card.unified)
    return amounts._replace(memory=amounts.memory + gpu)
