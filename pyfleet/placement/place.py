"""Give every GPU workload a host and cards.

The way through: what each pod needs (`demands`); what each host has (`rooms`); workloads that run always, all at once
(`residents`: first fit, else `search`, which begins with `filling`); then those that take turns (`turns`); rows of the
GPU matrix (`matrix`); and of what found no place the reason (`unplaced`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.placement.demands import demands_of
from pyfleet.placement.fitting import hosts_by_demand
from pyfleet.placement.matrix import card_uses, matrix_of
from pyfleet.placement.residents import place_always
from pyfleet.placement.rooms import empty_rooms
from pyfleet.placement.turns import place_turns
from pyfleet.placement.types import Placement
from pyfleet.placement.unplaced import Reasons

if TYPE_CHECKING:
    from pyfleet.placement.demands import Demand
    from pyfleet.resolved import Resolved


def place(resolved: Resolved) -> Placement:
    """Assign all GPU workloads of a fleet; what can't be assigned comes back with the reason."""
    demands = sorted(demands_of(resolved), key=_most_important_first)
    rooms = empty_rooms(resolved)
    hosts_of = hosts_by_demand(demands, resolved, rooms)
    residents = place_always([demand for demand in demands if demand.turn == "always"], hosts_of, rooms)
    by_turns = [demand for demand in demands if demand.turn != "always"]
    turns, waiting = place_turns(by_turns, hosts_of, rooms, residents.placed)
    reasons = Reasons(resolved, hosts_of, rooms, residents, turns)
    left_over: dict[str, Demand] = {}
    for demand in (*residents.left_over, *waiting):
        left_over.setdefault(demand.workload, demand)
    assignments = matrix_of(residents.placed, turns, resolved)
    return Placement(
        assignments=assignments,
        unplaced=tuple(reasons.of(demand) for demand in left_over.values()),
        cards=card_uses(resolved, assignments),
    )


def _most_important_first(demand: Demand) -> tuple[int, int, float, str, int]:
    hardness = demand.need.memory or 2**60
    return (-demand.priority, -demand.need.count, -hardness, demand.workload, demand.replica)
