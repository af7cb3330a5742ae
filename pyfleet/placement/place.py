"""Give every GPU workload a host and cards, and see that all others have room too.

The way through: what each pod needs (`demands`); what each host has (`rooms` of cards, `books` of the rest, in which
pods without cards that are tied to a host stand first: `plain`); workloads that run always, all at once (`residents`:
first fit, else `search`, which begins with `filling`); then those that take turns (`turns`); pods without cards that
may be anywhere; rows of the GPU matrix (`matrix`); and of what found no place the reason (`unplaced`, `no_room`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.offers.amounts import NOTHING, Amounts
from pyfleet.placement.books import Books
from pyfleet.placement.demands import demands_of
from pyfleet.placement.fitting import hosts_by_demand
from pyfleet.placement.matrix import card_uses, matrix_of
from pyfleet.placement.no_room import NoRoom
from pyfleet.placement.plain import book_free, book_tied, by_priority, plain_pods, turns_without_room
from pyfleet.placement.residents import place_always
from pyfleet.placement.rooms import empty_rooms
from pyfleet.placement.spreading import keeps_to_the_plan, planned_hosts
from pyfleet.placement.tight import tight_hosts
from pyfleet.placement.turns import by_host, kept_for_turns, place_turns
from pyfleet.placement.types import Placement
from pyfleet.placement.unplaced import Reasons

if TYPE_CHECKING:
    from pyfleet.placement.demands import Demand
    from pyfleet.resolved import Resolved


def place(resolved: Resolved) -> Placement:
    """Assign all GPU workloads of a fleet; what can't be assigned comes back with the reason."""
    demands = sorted(demands_of(resolved), key=_most_important_first)
    books = Books(resolved)
    no_room = NoRoom(resolved, books)
    plain = [pod for pod in plain_pods(resolved) if pod.hosts or no_room.for_no_host(pod)]
    always = [pod for pod in plain if pod.turn == "always" and pod.hosts]
    for pod in book_tied(books, (pod for pod in always if len(pod.hosts) == 1)):
        no_room.beside_others(pod)

    rooms = empty_rooms(resolved)
    hosts_of = hosts_by_demand(demands, resolved, rooms)
    tight = tight_hosts(books.left, hosts_of, rooms)
    rooms = {host: room.kind.empty(books.left[host]) if host in tight else room for host, room in rooms.items()}
    residents = place_always([demand for demand in demands if demand.turn == "always"], hosts_of, rooms)
    by_turns = [demand for demand in demands if demand.turn != "always"]
    turns, waiting = place_turns(by_turns, hosts_of, rooms, residents.placed)
    reasons = Reasons(resolved, hosts_of, rooms, residents, turns, books=books)
    left_over: dict[str, Demand] = {}
    for demand in (*residents.left_over, *waiting):
        left_over.setdefault(demand.workload, demand)
    unplaced = [reasons.of(demand) for demand in left_over.values()]

    kinds = {host: room.kind for host, room in rooms.items()}
    books.book_placed(residents.placed, kinds)
    holders = by_host(residents.placed)
    needed = list(zip(turns, kept_for_turns(turns, rooms, holders), strict=True))
    kept: dict[str, Amounts] = {}
    for turn, amounts in needed:
        kept[turn.placed.host] = kept.get(turn.placed.host, NOTHING).most(amounts)
    free = [pod for pod in always if len(pod.hosts) > 1]
    placed, crowded = book_free(books, free, kept)
    for pod in crowded:
        no_room.beside_others(pod)
    for turn, amounts in needed:
        demand = turn.placed.demand
        if not amounts.fits(books.left[turn.placed.host]) and demand.workload not in left_over:
            unplaced.append(reasons.turn_without_room(turn.placed, amounts))
            left_over[demand.workload] = demand

    costs = [(each, kinds[each.host].cost(each.demand.need, each.chosen, each.taken)) for each in residents.placed]
    may_stop = by_priority(always, placed)
    for each, cost in costs:
        may_stop[each.host].append((each.demand.priority, cost))
    for pod in turns_without_room(books, [pod for pod in plain if pod.turn != "always"], may_stop):
        no_room.beside_others(pod)

    certain = [(each.host, cost) for each, cost in costs]
    certain += [(pod.hosts[0], pod.cost(books, pod.hosts[0])) for pod in always if len(pod.hosts) == 1]
    spreads = crowded or keeps_to_the_plan(books, certain, free)
    assignments = matrix_of(residents.placed, turns, resolved)
    return Placement(
        assignments=assignments,
        unplaced=(*unplaced, *no_room.unplaced),
        cards=card_uses(resolved, assignments),
        hosts=books.uses(),
        crowded=no_room.crowded,
        tight=tight,
        tied={} if spreads else planned_hosts(placed),
    )


def _most_important_first(demand: Demand) -> tuple[int, int, float, str, int]:
    hardness = demand.need.memory or 2**60
    return (-demand.priority, -demand.need.count, -hardness, demand.workload, demand.replica)
