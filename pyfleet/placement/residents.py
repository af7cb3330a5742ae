"""Place the workloads that run always: all at once, each beside the others."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyfleet.placement.fitting import fits
from pyfleet.placement.rooms import beside
from pyfleet.placement.search import Search

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from pyfleet.placement.demands import Demand
    from pyfleet.placement.rooms import Placed, Room


@dataclass(frozen=True, slots=True)
class Residents:
    """The resident demands: those with a place, and those without."""

    placed: list[Placed]
    left_over: list[Demand]
    hopeless: frozenset[str]
    """Workloads that would not have all their places on an empty fleet either."""
    proved: bool
    """No assignment has a place for all the others."""


def place_always(
    demands: Sequence[Demand], hosts_of: Mapping[Demand, Collection[str]], rooms: Mapping[str, Room]
) -> Residents:
    """First fit, in this order; where that leaves some out, search for an assignment of all that could have one."""
    placed, left_over = _first_fit(demands, hosts_of, rooms)
    hopeless = _hopeless(demands, left_over, hosts_of, rooms)
    possible = [demand for demand in demands if demand.workload not in hopeless]
    if all(demand.workload in hopeless for demand in left_over):
        return Residents(placed, left_over, hopeless, proved=True)
    search = Search(possible, hosts_of, rooms)
    found = search.run()
    if found is None:
        return Residents(placed, left_over, hopeless, proved=not search.gave_up)
    others = [demand for demand in demands if demand.workload in hopeless]
    more, left_over = _first_fit(others, hosts_of, beside(found, rooms))
    return Residents([*found, *more], left_over, hopeless, proved=True)


def _first_fit(
    demands: Sequence[Demand], hosts_of: Mapping[Demand, Collection[str]], rooms: Mapping[str, Room]
) -> tuple[list[Placed], list[Demand]]:
    """Give each demand the first place that would do; those that find none come second."""
    rooms = dict(rooms)
    placed: list[Placed] = []
    left_over: list[Demand] = []
    siblings: dict[str, list[Placed]] = defaultdict(list)
    for demand in demands:
        open_hosts = (host for host in hosts_of[demand] if rooms[host].units)
        found = next(fits(demand, open_hosts, rooms, siblings[demand.workload]), None)
        if found is None:
            left_over.append(demand)
        else:
            rooms[found.host] = rooms[found.host].without(found)
            siblings[demand.workload].append(found)
            placed.append(found)
    return placed, left_over


def _hopeless(
    demands: Sequence[Demand],
    left_over: Sequence[Demand],
    hosts_of: Mapping[Demand, Collection[str]],
    rooms: Mapping[str, Room],
) -> frozenset[str]:
    """Find the workloads among those left over whose pods alone would not fit an empty fleet."""
    names = {demand.workload for demand in left_over}
    pods: dict[str, list[Demand]] = defaultdict(list)
    for demand in demands:
        if demand.workload in names:
            pods[demand.workload].append(demand)
    searches = {name: Search(each, {pod: hosts_of[pod] for pod in each}, rooms) for name, each in pods.items()}
    return frozenset(name for name, search in searches.items() if search.exhaust() is None and not search.gave_up)
