"""Place the workloads that run always: all at once, each beside the others."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyfleet.placement.fitting import fits
from pyfleet.placement.search import Search

if TYPE_CHECKING:
    from pyfleet.placement.demands import Demand
    from pyfleet.placement.rooms import Placed, Room
    from pyfleet.resolved import Resolved

SEARCH_DEMANDS = 200
"""Up to this many demands an assignment of them all is searched for where first fit finds none."""


class Candidates:
    """Hosts to try for a demand, those with the smallest cards first; hosts without a free slot drop out."""

    def __init__(self, rooms: dict[str, Room], resolved: Resolved) -> None:
        self._rooms = rooms
        self._resolved = resolved
        self._lists: dict[tuple[tuple[str, str], ...], list[str]] = {}

    def of(self, demand: Demand) -> list[str]:
        """Hosts that a demand may use."""
        if demand.host is not None:
            allowed = demand.host in self._resolved.hosts_matching(dict(demand.selector))
            return [demand.host] if allowed and demand.host in self._rooms else []
        if demand.selector not in self._lists:
            matching = self._resolved.hosts_matching(dict(demand.selector))
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


@dataclass(frozen=True, slots=True)
class Residents:
    """The resident demands: those with a place, those without, and whether it is proved that not all can have one."""

    placed: list[Placed]
    left_over: list[Demand]
    proved: bool = True


def place_always(demands: list[Demand], rooms: dict[str, Room], resolved: Resolved) -> Residents:
    """First fit in order of priority; where that leaves some out, search for an assignment of them all."""
    candidates = Candidates(rooms, resolved)
    placed: list[Placed] = []
    left_over: list[Demand] = []
    siblings: dict[str, list[Placed]] = defaultdict(list)
    for demand in demands:
        found = next(fits(demand, candidates.of(demand), rooms, siblings[demand.workload]), None)
        if found is None:
            left_over.append(demand)
        else:
            rooms[found.host].take(found.chosen, found.taken)
            siblings[demand.workload].append(found)
            placed.append(found)
    if not left_over:
        return Residents(placed, [])
    for each in placed:
        rooms[each.host].give_back(each.chosen, each.taken)
    complete, proved = _search(demands, rooms, resolved) if len(demands) <= SEARCH_DEMANDS else (None, False)
    for each in complete or placed:
        rooms[each.host].take(each.chosen, each.taken)
    return Residents(complete, []) if complete is not None else Residents(placed, left_over, proved)


def _search(demands: list[Demand], rooms: dict[str, Room], resolved: Resolved) -> tuple[list[Placed] | None, bool]:
    """Search for an assignment of all demands; without one, say whether it is proved that there is none."""
    everywhere = Candidates(rooms, resolved)
    search = Search(demands, {demand: everywhere.of(demand) for demand in demands}, rooms)
    return search.run(), not search.gave_up
