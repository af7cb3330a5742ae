"""Place the workloads that run always: all at once, each beside the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from pyfleet.planning.rooms import Placed

if TYPE_CHECKING:
    from pyfleet.planning.demands import Demand
    from pyfleet.planning.inventory import Inventory
    from pyfleet.planning.rooms import Room

SEARCH_DEMANDS = 200
"""Up to this many demands an assignment of them all is searched for where first fit finds none."""
SEARCH_STEPS = 50_000
"""Steps after which that search gives up; homelab fleets need a few hundred."""


class Candidates:
    """Hosts to try for a demand, those with the smallest cards first; hosts without a free slot drop out."""

    def __init__(self, rooms: dict[str, Room], inventory: Inventory) -> None:
        self._rooms = rooms
        self._inventory = inventory
        self._lists: dict[tuple[tuple[str, str], ...], list[str]] = {}

    def of(self, demand: Demand) -> list[str]:
        """Hosts that a demand may use."""
        if demand.host is not None:
            allowed = demand.host in self._inventory.hosts_matching(dict(demand.selector))
            return [demand.host] if allowed and demand.host in self._rooms else []
        if demand.selector not in self._lists:
            matching = self._inventory.hosts_matching(dict(demand.selector))
            hosts = [host for host in matching if host in self._rooms]
            hosts.sort(
                key=lambda host: (
                    max(card.usable for card in self._rooms[host].cards),
                    not self._rooms[host].uniform,
                )
            )
            self._lists[demand.selector] = hosts
        hosts = [host for host in self._lists[demand.selector] if self._rooms[host].units > 0]
        if len(hosts) * 2 < len(self._lists[demand.selector]):
            self._lists[demand.selector] = hosts  # full hosts stay full: nothing is given back in the first pass
        return hosts


def place_always(
    demands: list[Demand], rooms: dict[str, Room], inventory: Inventory
) -> tuple[list[Placed], list[Demand]]:
    """First fit in order of priority; where that leaves some out, search for an assignment of them all."""
    candidates = Candidates(rooms, inventory)
    placed: list[Placed] = []
    left_over: list[Demand] = []
    siblings: dict[str, Placed] = {}
    for demand in demands:
        found = next(fits(demand, candidates.of(demand), rooms, siblings.get(demand.workload)), None)
        if found is None:
            left_over.append(demand)
        else:
            rooms[found.host].take(found.chosen, found.taken)
            siblings.setdefault(demand.workload, found)
            placed.append(found)
    if not left_over:
        return placed, []
    for each in placed:
        rooms[each.host].give_back(each.chosen, each.taken)
    complete = _search(demands, rooms, inventory) if len(demands) <= SEARCH_DEMANDS else None
    for each in complete or placed:
        rooms[each.host].take(each.chosen, each.taken)
    return (complete, []) if complete else (placed, left_over)


def fits(
    demand: Demand, hosts: Iterable[str], rooms: dict[str, Room], sibling: Placed | None = None
) -> Iterator[Placed]:
    """Places that would do for a demand.

    Replicas have one pod template, so they can be told apart neither by cards nor by kind of host: where pods are
    pinned, all share the cards of the first (`sibling`); elsewhere all go to hosts of one class.
    """
    for host in hosts:
        room = rooms[host]
        if demand.count > 1 and any(card.slots > 1 for card in room.cards):
            continue  # two slots can be one card: the plugin does not promise different ones
        if sibling is not None and not room.uniform:
            taken = room.split(demand, sibling.chosen) if host == sibling.host else None
            if taken is not None and all(room.slots[card] > 0 for card in sibling.chosen):
                yield Placed(demand, host, sibling.chosen, taken)
            continue
        if sibling is not None and room.kind != rooms[sibling.host].kind:
            continue
        for chosen, taken in room.options(demand):
            yield Placed(demand, host, chosen, taken)


def _search(demands: list[Demand], rooms: dict[str, Room], inventory: Inventory) -> list[Placed] | None:
    """Depth first, the demand with the fewest possible hosts first; None if there is none or the limit is hit."""
    hosts_of = {demand: Candidates(rooms, inventory).of(demand) for demand in demands}
    order = sorted(demands, key=lambda d: (len(hosts_of[d]), -d.count, -(d.memory or 2**60)))
    placed: list[Placed] = []
    steps = 0

    def place_rest() -> bool:
        nonlocal steps
        if len(placed) == len(order):
            return True
        demand = order[len(placed)]
        sibling = next((each for each in placed if each.demand.workload == demand.workload), None)
        for option in fits(demand, hosts_of[demand], rooms, sibling):
            steps += 1
            if steps > SEARCH_STEPS:
                return False
            rooms[option.host].take(option.chosen, option.taken)
            placed.append(option)
            if place_rest():
                return True
            placed.pop()
            rooms[option.host].give_back(option.chosen, option.taken)
        return False

    if not place_rest():
        return None
    for option in placed:
        rooms[option.host].give_back(option.chosen, option.taken)
    return placed
