"""Say which host has cards for a pod and too little of something else: main memory, CPUs, room for one more pod."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.offers.amounts import total
from pyfleet.placement.fitting import fits
from pyfleet.placement.lacking import amount_text, crowded_out, lacking, together, too_much
from pyfleet.placement.rooms import beside
from pyfleet.placement.types import Unplaced

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from pyfleet.offers.amounts import Amounts
    from pyfleet.placement.books import Books
    from pyfleet.placement.demands import Demand
    from pyfleet.placement.rooms import Placed, Room

    Holders = Mapping[str, Sequence[Placed]]

REQUEST_LESS = "request less, or move one of them to another host"


class Shortage:
    """What is short on the hosts of one placement, beside some of the pods that have a place.

    Args:
        books: the hosts, with what was booked before any card was given.
        rooms: their cards, all of them.
        holders: pods that have their places.
    """

    def __init__(self, books: Books, rooms: Mapping[str, Room], holders: Holders) -> None:
        self._books = books
        self._rooms = rooms
        self._left_rooms = beside((each for here in holders.values() for each in here), rooms)
        self._endless = {host: room.unbounded for host, room in self._left_rooms.items()}
        self._names: dict[str, Mapping[str, Amounts]] = {**books.names}
        self._left = dict(books.left)
        for host, here in holders.items():
            kind = rooms[host].kind
            costs = [(each, kind.cost(each.demand.need, each.chosen, each.taken)) for each in here]
            self._names[host] = together(self._names[host], *({each.demand.workload: cost} for each, cost in costs))
            self._left[host] = self._left[host].minus(total(cost for _, cost in costs))

    def hosts_of(self, demand: Demand, hosts: Iterable[str], siblings: Sequence[Placed]) -> list[str]:
        """Hosts among these whose cards would do for a pod, if only they had endless memory and CPUs."""
        asked = _Asked(demand, self._rooms)
        return [
            host
            for host in hosts
            if self._left_rooms[host].left is not None
            and next(fits(demand, [host], self._endless, siblings), None) is not None
            and lacking(asked(host), self._left[host])
        ]

    def too_much(self, demand: Demand, hosts: Collection[str]) -> Unplaced | None:
        """Explain a pod that is too much for each of these hosts, whatever else is there; None if it isn't."""
        asked = _Asked(demand, self._rooms)
        found = too_much(asked, hosts, self._books.for_pods)
        if found is None:
            return None
        resource, message, hint = found
        return Unplaced(demand.workload, "too much", *self._of_gpu(message, hint, demand, hosts), resource)

    def full(
        self, demand: Demand, hosts: Collection[str], ways: Mapping[str, Mapping[str, int]] | None, doubt: str = ""
    ) -> Unplaced:
        """Explain a pod that is too much beside what is on these hosts.

        Args:
            demand: the pod.
            hosts: hosts whose cards would do.
            ways: workloads that would have to go, with their bytes, by host; None where its own pods are too many.
            doubt: what has to be added where it is not proved that there is no place.
        """
        asked = _Asked(demand, self._rooms)
        resource, message = crowded_out(asked, hosts, self._left, self._books.has, self._names.__getitem__)
        if demand.pods > 1:
            message = message.replace(";", f" for each of its {demand.pods} pods;", 1)
        hint = REQUEST_LESS if ways is not None else "request less, ask for fewer pods, or allow more hosts"
        if ways:
            easiest = min(ways, key=lambda host: (len(ways[host]), sum(ways[host].values())))
            hint = f"without {' and '.join(ways[easiest])} there is room on {easiest}; or request less"
        message, hint = self._of_gpu(message, hint, demand, hosts)
        return Unplaced(demand.workload, "full", message + doubt, hint, resource)

    def beside_plain(self, placed: Placed, kept: Amounts) -> Unplaced:
        """Explain a pod whose turn can't come, because pods without cards need the rest of its host."""
        host, books = placed.host, self._books
        cost = self._rooms[host].kind.cost(placed.demand.need, placed.chosen, placed.taken)
        left = {host: books.left[host].minus(kept).plus(cost)}
        resource, message = crowded_out(lambda _: cost, [host], left, books.has, books.names.__getitem__)
        hint = "request less, or move pods without cards to other hosts"
        return Unplaced(placed.demand.workload, "full", f"{message}, when its turn comes", hint, resource)

    def _of_gpu(self, message: str, hint: str, demand: Demand, hosts: Iterable[str]) -> tuple[str, str]:
        """Add to a message and its hint that GPU memory counts as main memory, where it does."""
        requested = demand.need.asks.unified.memory
        for host in hosts:
            if self._rooms[host].kind.unified and (gpu := _Asked(demand, self._rooms)(host).memory - requested):
                parts = f"{amount_text('memory', gpu)} as GPU memory, {amount_text('memory', requested)} requested"
                message = message.replace("of main memory", f"of main memory ({parts})", 1)
                return message, hint.replace("request less", "request less or plan less GPU memory", 1)
        return message, hint


class _Asked:
    """What a pod would take of a host, by the host's name."""

    def __init__(self, demand: Demand, rooms: Mapping[str, Room]) -> None:
        self._demand = demand
        self._rooms = rooms
        self._known: dict[Room, Amounts] = {}

    def __call__(self, host: str) -> Amounts:
        room = self._rooms[host].unbounded
        if room not in self._known:
            need = self._demand.need
            self._known[room] = room.kind.cost(need, *room.options(need)[0])
        return self._known[room]
