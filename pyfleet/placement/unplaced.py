"""Say why a GPU workload fits nowhere, and what would make room."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from pyfleet.placement.fitting import first_of_alike, fits
from pyfleet.placement.rooms import beside
from pyfleet.placement.shortage import Shortage
from pyfleet.placement.turns import by_host, has_to_fit_beside_turns
from pyfleet.placement.types import Unplaced
from pyfleet.placement.wording import (
    card_text,
    few,
    in_the_way_of_taints,
    need_text,
    pinned_group,
    too_few_cards,
    too_few_for_all,
    too_large,
    wanted_text,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from pyfleet.offers.amounts import Amounts
    from pyfleet.placement.books import Books
    from pyfleet.placement.demands import Demand, Need
    from pyfleet.placement.residents import Residents
    from pyfleet.placement.rooms import Placed, Room
    from pyfleet.placement.turns import PlacedTurn
    from pyfleet.resolved import Card, Resolved


class Reasons:
    """Why what one placement has left over found no place."""

    def __init__(
        self,
        resolved: Resolved,
        hosts_of: Mapping[Demand, Collection[str]],
        rooms: Mapping[str, Room],
        residents: Residents,
        turns: Sequence[PlacedTurn],
        *,
        books: Books,
    ) -> None:
        self._resolved = resolved
        self._books = books
        self._cards = resolved.cards
        self._rooms = rooms
        self._hosts_of = hosts_of
        self._residents = residents
        placed = [*residents.placed, *(turn.placed for turn in turns)]
        self._pods: dict[str, list[Placed]] = defaultdict(list)
        for each in placed:
            self._pods[each.demand.workload].append(each)
        self._beside_residents = by_host(residents.placed)
        beside_turns = [each for each in placed if has_to_fit_beside_turns(each, rooms[each.host].kind)]
        self._beside_turns = by_host(beside_turns)
        self._turn_rooms = beside(beside_turns, rooms)
        self._alone = Shortage(books, rooms, {})
        self._shortages: dict[bool, Shortage] = {}

    def turn_without_room(self, placed: Placed, kept: Amounts) -> Unplaced:
        """Explain a pod whose turn can't come, beside all that is booked of its host by now."""
        return self._alone.beside_plain(placed, kept)

    def of(self, demand: Demand) -> Unplaced:
        """Explain one pod that found no place, the first of its workload."""
        found = self._of(demand)
        if found.reason == "taints" or not self._resolved.tainted:
            return found
        closed = [host for host in self._whatever_taints(demand) if host in self._rooms]
        able = [host for host in closed if host not in demand.hosts and self._rooms[host].options(demand.need)]
        if not able:
            return found
        return replace(found, hint=f"{found.hint}; with `tolerations` it could be on {few(able)} too")

    def _of(self, demand: Demand) -> Unplaced:
        need = demand.need
        hosts = self._with_such_cards(demand, self._hosts_of[demand])
        if not hosts and (tainted := self._with_such_cards(demand, self._whatever_taints(demand))):
            workload = self._resolved.fleet.workloads[demand.workload]
            message, hint = in_the_way_of_taints(workload, list(tainted), self._resolved)
            return Unplaced(demand.workload, "taints", message, hint)
        whole = {host: cards for host, cards in hosts.items() if need.count == 1 or not self._rooms[host].kind.shares}
        if not hosts:
            found = few(
                [f"{host} has {', '.join(card.product for card in cards)}" for host, cards in self._cards.items()], "; "
            )
            message = f"asks for {wanted_text(demand)}; there is none"
            return Unplaced(demand.workload, "no such cards", message, found or "no host of this fleet has a GPU")
        if max(map(len, whole.values()), default=0) < need.count:
            return Unplaced(demand.workload, "no such cards", *too_few_cards(need, hosts, whole))
        if next(fits(demand, whole, self._rooms, ()), None) is None:
            able = self._alone.hosts_of(demand, whole, ())
            if able:
                return self._alone.too_much(demand, able) or self._alone.full(demand, able, {})
            named = [host for host in whole if self._rooms[host].options(need)]
            if named:
                return Unplaced(demand.workload, "no such cards", *pinned_group(named))
            cards = [card for each in whole.values() for card in each]
            return Unplaced(demand.workload, "too large", *too_large(need, cards))
        return self._short_of(demand, whole) or Unplaced(demand.workload, "taken", *self._taken(demand, whole))

    def _with_such_cards(self, demand: Demand, hosts: Collection[str]) -> dict[str, list[Card]]:
        """Hosts among these with cards of the kind that a pod needs."""
        product = demand.need.product
        found = {
            host: [card for card in cards if product in {None, card.product}]
            for host, cards in self._cards.items()
            if host in hosts
        }
        return {host: cards for host, cards in found.items() if cards}

    def _whatever_taints(self, demand: Demand) -> list[str]:
        matching = self._resolved.hosts_matching(dict(demand.selector))
        return [host for host in matching if demand.host in {None, host}]

    def _holders(self, demand: Demand) -> Mapping[str, Sequence[Placed]]:
        return self._beside_residents if demand.turn == "always" else self._beside_turns

    def _beside(self, demand: Demand) -> Shortage:
        """What is short beside those that a pod has to fit beside."""
        residents = demand.turn == "always"
        if residents not in self._shortages:
            self._shortages[residents] = Shortage(self._books, self._rooms, self._holders(demand))
        return self._shortages[residents]

    def _short_of(self, demand: Demand, hosts: Collection[str]) -> Unplaced | None:
        """Explain a pod that would have cards on some of these hosts, and lacks something else; None if it lacks cards.

        Where a workload's own pods are too many, it is they that are in each other's way.
        """
        siblings = self._pods[demand.workload]
        hosts = [host for host in hosts if next(fits(demand, [host], self._rooms, ()), None) is not None]
        if demand.workload in self._residents.hopeless:
            siblings = self._first_fit_alone(demand)
            own = Shortage(self._books, self._rooms, by_host(siblings))
            able = own.hosts_of(demand, hosts, siblings)
            return own.full(demand, able, None) if able else None
        shortage = self._beside(demand)
        able = shortage.hosts_of(demand, hosts, siblings)
        if not able:
            return None
        ways = self._ways(demand, able, self._holders(demand), siblings)
        return shortage.full(demand, able, ways, self._doubt(demand))

    def _first_fit_alone(self, demand: Demand) -> list[Placed]:
        """Place as many pods of a workload as come, on hosts with nothing else on them."""
        rooms = dict(self._rooms)
        placed: list[Placed] = []
        for _ in range(demand.pods - 1):
            found = next(fits(demand, self._hosts_of[demand], rooms, placed), None)
            if found is None:
                break
            rooms[found.host] = rooms[found.host].without(found)
            placed.append(found)
        return placed

    def _taken(self, demand: Demand, hosts: Collection[str]) -> tuple[str, str]:
        """Explain a pod that would have a place if others hadn't: by whom it is held, and who would have to go."""
        needs = need_text(demand.need) + (f" for each of its {demand.pods} pods" if demand.pods > 1 else "")
        if demand.workload in self._residents.hopeless:
            pinning = [host for host in hosts if self._rooms[host].kind.pins and demand.group is None]
            return too_few_for_all(needs, pinning, in_groups=demand.group is not None)
        siblings = self._pods[demand.workload]
        holders = self._holders(demand)
        ways = self._ways(demand, hosts, holders, siblings)
        if not ways:
            message = f"needs {needs}; beside the others there is room for {len(siblings)} of them{self._doubt(demand)}"
            return message, "ask for fewer pods, or allow more hosts"
        easiest = min(ways, key=lambda host: (len(ways[host]), sum(ways[host].values())))
        held = self._held(demand, [easiest, *(host for host in hosts if host != easiest)], holders)
        room = "room" if demand.pods - len(siblings) == 1 else "room for one of them"
        hint = f"without {' and '.join(ways[easiest])} there is {room} on {easiest}"
        if demand.turn != "always":
            hint += ", where what takes turns has to fit beside what else is planned there"
        elif next(fits(demand, hosts, self._turn_rooms, ()), None) is not None:
            hint += f"; with `replicas: 0` {demand.workload} would take turns"
        return f"needs {needs}, and its cards are taken: {held}{self._doubt(demand)}", hint

    def _held(self, demand: Demand, hosts: Iterable[str], holders: Mapping[str, Sequence[Placed]]) -> str:
        """List the cards of these hosts that are large enough, with those that are on them."""
        cards = []
        for host in hosts:
            held = {index for each in holders.get(host, ()) for index in each.chosen}
            cards += [card for card in self._cards[host] if card.index in held and _is_large_enough(card, demand.need)]
        return few(cards, text=lambda card: card_text(card, holders[card.host]))

    def _doubt(self, demand: Demand) -> str:
        """What a message has to add where it is not proved that there is no place."""
        if demand.turn != "always":
            return " (what was placed before it was not moved, so another assignment may have room)"
        if not self._residents.proved:
            return " (the search for another assignment was cut short, so there may be one)"
        return ""

    def _ways(
        self,
        demand: Demand,
        hosts: Collection[str],
        holders: Mapping[str, Sequence[Placed]],
        siblings: Sequence[Placed],
    ) -> dict[str, dict[str, int]]:
        """Hosts that would have room for a pod if some of those there went, with those and their bytes."""
        ways = {}
        for host in first_of_alike(hosts, lambda host: (self._rooms[host], _outline(holders.get(host, ())))):
            gone = _in_the_way(demand, host, holders.get(host, ()), self._rooms, siblings)
            if gone is not None:
                ways[host] = gone
        return ways


def _is_large_enough(card: Card, need: Need) -> bool:
    return card.most >= need.each and need.product in {None, card.product}


def _outline(here: Sequence[Placed]) -> tuple[object, ...]:
    """What is on a host, but for the names."""
    names: dict[str, int] = {}
    return tuple(
        (
            names.setdefault(each.demand.workload, len(names)),
            each.demand.priority,
            each.chosen,
            each.taken,
            each.demand.need.asks,
        )
        for each in here
    )


def _in_the_way(
    demand: Demand, host: str, here: Sequence[Placed], rooms: Mapping[str, Room], siblings: Sequence[Placed]
) -> dict[str, int] | None:
    """Workloads of a host that have to go before a pod fits, with their bytes; None if that would not help.

    Unimportant and small ones go first, and of those that went none stays away that does not have to.
    """

    def fits_without(gone: Collection[str]) -> bool:
        left = beside((each for each in here if each.demand.workload not in gone), {host: rooms[host]})
        return next(fits(demand, [host], {**rooms, **left}, siblings), None) is not None

    weights: dict[str, tuple[int, int]] = {}
    for each in here:
        if each.demand.workload != demand.workload:
            _, size = weights.get(each.demand.workload, (0, 0))
            weights[each.demand.workload] = (each.demand.priority, size + sum(each.taken))
    gone: list[str] = []
    for name in sorted(weights, key=lambda name: weights[name]):
        if fits_without(gone):
            break
        gone.append(name)
    if not fits_without(gone):
        return None
    for name in list(gone):
        fewer = [other for other in gone if other != name]
        if fits_without(fewer):
            gone = fewer
    return {name: weights[name][1] for name in gone}
