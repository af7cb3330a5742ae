"""Small fleets of every kind: what `place` finds and claims is what trying everything finds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest

from pyfleet.model.fleet import Fleet
from pyfleet.placement import Placement, Unplaced, place
from pyfleet.placement.filling import fill
from pyfleet.placement.rooms import Placed
from pyfleet.placement.search import Search
from pyfleet.resolved import Resolved
from tests.unit.placement.generated import BOOKED, search_input, small_fleet
from tests.unit.placement.rules import Rules, Seat

STARTS = [*range(0, 400, 50), *BOOKED[::50]]
seeds = pytest.mark.parametrize("seeds", [range(start, start + 50) for start in STARTS], ids=str)


@dataclass(frozen=True)
class Case:
    """A fleet as its file has it, whether all residents can have a place, and what was found."""

    seed: int
    document: dict[str, Any]
    rules: Rules
    possible: bool
    made: Placement

    @property
    def seats(self) -> list[Seat]:
        return [Seat(row.workload, row.replica, row.host, row.cards) for row in self.made.assignments]

    def alone(self, names: Iterable[str]) -> Rules:
        """Rules of the same fleet with only these workloads."""
        return Rules({**self.document, "workloads": {name: self.document["workloads"][name] for name in names}})


def placed(document: dict[str, Any]) -> Placement:
    return place(Resolved(Fleet.model_validate(document)))


@cache
def case(seed: int) -> Case:
    document = small_fleet(seed)
    rules = Rules(document)
    return Case(seed, document, rules, rules.solution() is not None, placed(document))


def test_fleets_of_both_kinds_are_compared() -> None:
    """A third has too little room; in a tenth something takes turns and has no place."""
    possible = Counter(case(seed).possible for seed in range(400))
    waiting = Counter(
        any(not case(seed).rules.is_resident(each.workload) for each in case(seed).made.unplaced) for seed in range(400)
    )

    assert possible[False] > 100
    assert waiting[True] > 20


def test_in_some_fleets_main_memory_or_taints_decide() -> None:
    reasons = Counter(one.reason for seed in BOOKED for one in case(seed).made.unplaced)

    assert min(reasons[reason] for reason in ("taken", "full", "too much", "taints")) > 5, reasons


@seeds
def test_all_residents_have_a_place_exactly_when_that_is_possible(seeds: range) -> None:
    for each in map(case, seeds):
        lacking = [one for one in each.made.unplaced if each.rules.is_resident(one.workload)]

        assert (each.seed, not lacking) == (each.seed, each.possible)


@seeds
def test_whoever_has_a_place_can_be_there(seeds: range) -> None:
    for each in map(case, seeds):
        assert each.rules.allow_by_turns(each.seats), each.seed


@seeds
def test_a_row_has_the_bytes_that_its_pod_takes(seeds: range) -> None:
    for each in map(case, seeds):
        for row, seat in zip(each.made.assignments, each.seats, strict=True):
            assert each.rules.is_taken_so(seat, row.needed), (each.seed, row)


@seeds
def test_every_pod_has_a_place_or_its_workload_is_unplaced(seeds: range) -> None:
    for each in map(case, seeds):
        pods = Counter(seat.workload for seat in each.seats)
        lacking = [name for name in each.document["workloads"] if pods[name] < each.rules.pods_of(name)]

        assert sorted(one.workload for one in each.made.unplaced) == sorted(lacking), each.seed


@seeds
def test_the_reason_that_is_given_is_true(seeds: range) -> None:
    for each in map(case, seeds):
        for one in each.made.unplaced:
            assert reason_is_true(each, one), (each.seed, one)


def reason_is_true(case: Case, unplaced: Unplaced) -> bool:
    """Whether a pod alone has no place, or the workload alone hasn't, or all that could have one haven't."""
    name = unplaced.workload
    if unplaced.reason not in {"taken", "full"}:
        return not case.rules.more(name, 0, [])
    by_itself = unplaced.reason == "full" and "fewer pods" in unplaced.hint
    if "too few" in unplaced.message or by_itself:
        return case.rules.more(name, 0, []) and case.alone([name]).solution() is None
    if not case.rules.is_resident(name):
        return "was not moved" in unplaced.message
    residents = filter(case.rules.is_resident, case.document["workloads"])
    could = [each for each in residents if case.alone([each]).solution() is not None]
    return name in could and case.alone(could).solution() is None


@seeds
def test_the_way_out_that_is_shown_leads_out(seeds: range) -> None:
    for each in map(case, seeds):
        for one in each.made.unplaced:
            assert there_is_room(each, one), (each.seed, one)
            assert takes_turns(each, one), (each.seed, one)


def there_is_room(case: Case, unplaced: Unplaced) -> bool:
    """Whether there is room on the named host without those that are named, and not without fewer."""
    way = re.match(r"without (.*) there is room (?:for one of them )?on (\w+)", unplaced.hint)
    if way is None:
        return "more hosts" in unplaced.hint or unplaced.reason != "taken"
    name, names, host = unplaced.workload, way[1].split(" and "), way[2]
    seats = [seat for seat in case.seats if case.rules.is_resident(seat.workload)]
    if not case.rules.is_resident(name):
        seats = case.rules.beside_turns(case.seats)
    pod = sum(seat.workload == name for seat in seats)

    def is_room_without(gone: list[str]) -> bool:
        left = [seat for seat in seats if seat.host != host or seat.workload not in gone]
        return case.rules.more(name, pod, left, host)

    return is_room_without(names) and not any(is_room_without([each for each in names if each != one]) for one in names)


def takes_turns(case: Case, unplaced: Unplaced) -> bool:
    """Whether a workload of which that is said has a place if it is scaled to zero."""
    if "take turns" not in unplaced.hint:
        return True
    name, workloads = unplaced.workload, case.document["workloads"]
    scaled = {**case.document, "workloads": {**workloads, name: {**workloads[name], "replicas": 0}}}
    return name not in {each.workload for each in placed(scaled).unplaced}


def seats_of(found: Iterable[Placed]) -> list[Seat]:
    return [Seat(each.demand.workload, each.demand.replica, each.host, each.chosen) for each in found]


@seeds
def test_the_search_finds_an_assignment_exactly_when_there_is_one(seeds: range) -> None:
    """By itself: first fit and filling find most of them before it."""
    for each in map(case, seeds):
        found = Search(*search_input(Fleet.model_validate(each.document))).exhaust()

        assert (each.seed, found is not None) == (each.seed, each.possible)
        assert each.rules.allow(seats_of(found or [])), each.seed


@seeds
def test_what_filling_finds_is_allowed(seeds: range) -> None:
    for each in map(case, seeds):
        demands, hosts_of, rooms = search_input(Fleet.model_validate(each.document))
        found = fill(demands, hosts_of, rooms)

        assert found is None or sorted(map(id, demands)) == sorted(id(one.demand) for one in found), each.seed
        assert each.rules.allow(seats_of(found or [])), each.seed
