"""Fleets that are nearly full: an assignment is found where there is one, or the message says that it was cut short."""

from __future__ import annotations

from typing import Any

import pytest

from pyfleet.model.fleet import Fleet
from pyfleet.placement import Placement, place, search
from pyfleet.placement.filling import fill
from pyfleet.resolved import Resolved
from tests.unit.placement.generated import fleet_of, full_fleet, search_input
from tests.unit.placement.rules import MIB_OF

CUT_SHORT = " (the search for another assignment was cut short, so there may be one)"


def placed(fleet: Fleet) -> Placement:
    return place(Resolved(fleet))


def solved(fullness: float) -> int:
    """Count the fleets, of twenty with 32 cards and 60 workloads each, of which all workloads have a place."""
    return sum(placed(full_fleet(seed, cards=32, fullness=fullness)).unplaced == () for seed in range(20))


@pytest.mark.parametrize(("fullness", "expected"), [(0.8, 20), (0.85, 20), (0.9, 18), (0.95, 17)])
def test_of_twenty_full_fleets_so_many_are_assigned(fullness: float, expected: int) -> None:
    """A place for all is known to exist in each of them."""
    assert solved(fullness) == expected


def test_a_share_counts_as_what_it_takes_of_a_usual_card(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four in five ask by share; where these come first or last, fewer than half of the fleets are assigned."""
    monkeypatch.setattr(search, "ATTEMPTS", 10)
    monkeypatch.setattr(search, "STEPS", 0)
    fleets = [full_fleet(seed, cards=32, fullness=0.9, shares=0.8) for seed in range(20)]

    assert sum(placed(fleet).unplaced == () for fleet in fleets) == 18


@pytest.mark.parametrize(("fullness", "expected"), [(0.8, 20), (0.85, 16), (0.9, 11)])
def test_the_search_alone_finds_some_of_them(fullness: float, expected: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "ATTEMPTS", 0)
    monkeypatch.setattr(search, "STEPS", 2000)

    assert solved(fullness) == expected


@pytest.mark.parametrize(("fullness", "orders", "expected"), [(0.9, 1, 11), (0.9, 10, 18), (0.95, 10, 13)])
def test_filling_card_by_card_in_some_orders_finds_more_of_them(
    fullness: float, orders: int, expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "ATTEMPTS", orders)
    monkeypatch.setattr(search, "STEPS", 0)

    assert solved(fullness) == expected


def test_filling_finds_the_host_that_is_left_to_a_group_among_hosts_with_equal_cards_left() -> None:
    fleet = fleet_of(
        [host(LARGE, LARGE), host(LARGE, LARGE)],
        [{"gpu": {"memory": "8Gi"}, "host": "h1"}, group(8)],
    )
    found = fill(*search_input(fleet))

    assert found is not None
    assert [each.host for each in found] == ["h1", "h0", "h1"]


def test_64_cards_and_120_workloads_that_fill_them_by_nine_tenths_are_assigned() -> None:
    for seed in range(5):
        assert placed(full_fleet(seed, cards=64, fullness=0.9)).unplaced == (), seed


def test_64_cards_given_whole_and_filled_to_the_last_mebibyte_are_assigned() -> None:
    products = sorted(MIB_OF) * 16
    fleet = fleet_of(
        [{"gpus": products[start : start + 4]} for start in range(0, 64, 4)],
        [{"gpu": {"memory": f"{MIB_OF[product]}Mi"}} for product in products],
    )

    assert placed(fleet).unplaced == ()


def one_too_many(*, equal: int) -> Fleet:
    """Thirteen workloads of about nine GiB, so many of them equal, and six cards that each have room for two."""
    sizes = [9000 + 50 * max(0, number - equal) for number in range(13)]
    return fleet_of(
        [{"gpus": ["rtx-4090"], "sharing": {"timeSlicing": 3}} for _ in range(6)],
        [{"gpu": {"memory": f"{size}Mi"}} for size in sizes],
    )


@pytest.mark.parametrize(("equal", "cut_short"), [(5, False), (4, True)])
def test_that_not_all_fit_is_proved_within_so_many_steps(*, equal: int, cut_short: bool) -> None:
    """It takes 8,785 steps with five equal ones, and 14,962 with four; far more where dead ends aren't remembered."""
    (found,) = placed(one_too_many(equal=equal)).unplaced

    assert found.message.endswith(CUT_SHORT) == cut_short


def test_ways_that_waste_memory_which_the_rest_needs_are_not_followed() -> None:
    """Twelve MiB of seven cards would be left, and yet not all fit: it takes 8,455 steps to see, and else far more."""
    sizes = [5612, 2230, 5180, 6692, 5180, 5180, 3417, 2374, 6592, 3453, 1762, 6692, 2988, 3453, 5180, 3001, 6476]
    sizes += [4317, 1726, 4499]
    fleet = fleet_of(
        [{"gpus": ["rtx-3060"], "sharing": {"timeSlicing": 3}} for _ in range(7)],
        [{"gpu": {"memory": f"{size}Mi"}} for size in sizes],
    )
    found = search.Search(*search_input(fleet))

    assert (found.exhaust(), found.gave_up) == (None, False)


@pytest.mark.parametrize(("workloads", "cut_short"), [(200, False), (201, True)])
def test_among_very_many_no_other_assignment_is_searched_for(*, workloads: int, cut_short: bool) -> None:
    """Two need the one large card; with 200 in all that is proved, with more the message claims nothing."""
    fleet = fleet_of(
        [{"gpus": ["rtx-3060"] * 16} for _ in range(13)] + [{"gpus": ["rtx-4090"]}],
        [{"gpu": {"memory": "20Gi"}}] * 2 + [{"gpu": {"memory": "1Gi"}}] * (workloads - 2),
    )
    (found,) = placed(fleet).unplaced

    assert found.message == (
        "needs 20.0 GiB, and its cards are taken: rtx-4090 #0 of h13 by w0 (20.0 of 24.0 GiB)"
        + (CUT_SHORT if cut_short else "")
    )


@pytest.mark.parametrize("gpu", [{"memory": "12000Mi"}, {}])
def test_that_there_are_fewer_cards_than_workloads_needs_no_search(gpu: dict[str, str]) -> None:
    fleet = fleet_of([{"gpus": ["rtx-3060"]} for _ in range(3)], [{"gpu": gpu}] * 201)

    assert [each.message for each in placed(fleet).unplaced if each.message.endswith(CUT_SHORT)] == []


def test_that_there_is_less_memory_than_is_asked_for_needs_no_search() -> None:
    shared = {"gpus": ["rtx-3060"] * 16, "sharing": {"timeSlicing": 3}}
    fleet = fleet_of([shared] * 8, [{"gpu": {"memory": "8Gi"}}] * 201)

    assert [each.message for each in placed(fleet).unplaced if each.message.endswith(CUT_SHORT)] == []


def many(memory: int, count: int = 1, zone: str | None = None) -> dict[str, Any]:
    """So many pods of so many thousand MiB each, on hosts with a label."""
    return {"gpu": {"memory": f"{memory}000Mi"}, "replicas": count, "nodeSelector": {zone: "1"} if zone else {}}


def group(memory: int) -> dict[str, Any]:
    return {"gpu": {"memory": f"{memory}000Mi"}, "kind": "LeaderWorkerSet", "size": 2}


def host(*cards: str, zones: str = "", **other: Any) -> dict[str, Any]:
    return {"gpus": list(cards), "labels": dict.fromkeys(zones, "1"), **other}


DRA: dict[str, Any] = {"allocation": "dra"}
BY_TWO: dict[str, Any] = {"sharing": {"timeSlicing": 2}}
BY_THREE: dict[str, Any] = {"sharing": {"timeSlicing": 3}}
SMALL, LARGE = "rtx-3060", "rtx-4090"


@pytest.mark.parametrize(
    ("hosts", "workloads"),
    [
        pytest.param(
            [host(SMALL, LARGE, zones="xy", **BY_TWO), host(SMALL, SMALL, **BY_THREE)],
            [many(3, 1, "x"), many(3, 2, "y"), many(3), many(14)],
            id="the cards that the first pod is pinned to",
        ),
        pytest.param(
            [host(LARGE, zones="y", **BY_TWO), host(LARGE, zones="xy", **BY_TWO), host(LARGE, zones="x", **BY_TWO)],
            [many(6), many(4), many(5, 2), many(6, 2)],
            id="the host that the first pod is pinned to",
        ),
        pytest.param(
            [host(LARGE, **BY_THREE), host(LARGE, LARGE, LARGE, **BY_TWO)],
            [many(8, 2), many(8, 3)],
            id="which of two hosts the first pod is pinned to",
        ),
        pytest.param(
            [host(SMALL, LARGE, SMALL, **DRA), host(LARGE, LARGE, zones="x")],
            [many(3, 2), many(5), many(6, 2, "x")],
            id="the kind of card that the first pod claims",
        ),
        pytest.param(
            [host(SMALL, SMALL), host(SMALL, SMALL, zones="y"), host(SMALL, LARGE, SMALL, zones="x", **DRA)],
            [many(6, 2), many(5, 3)],
            id="how the host of the first pod gives out cards",
        ),
        pytest.param(
            [host(LARGE, LARGE, zones="y", **DRA), host(LARGE, LARGE, zones="y", **DRA), host(SMALL, **BY_TWO)],
            [many(4, 2, "y"), many(6), group(7)],
            id="the host of the first pod of a group",
        ),
        pytest.param(
            [host(SMALL, zones="xy"), host(SMALL, zones="x"), host(SMALL, zones="y")],
            [many(11, 1, "x"), many(1, 1, "y"), many(1, 1, "y")],
            id="hosts that others may not use are not taken for alike",
        ),
    ],
)
def test_what_leads_nowhere_one_way_is_tried_another_way(
    hosts: list[dict[str, Any]], workloads: list[dict[str, Any]]
) -> None:
    """With equal cards left, two ways to place the first pods of a workload differ in where the next may go."""
    assert search.Search(*search_input(fleet_of(hosts, workloads))).exhaust() is not None


def test_first_fit_that_leaves_one_out_is_followed_by_a_search_for_all() -> None:
    """The first takes the only card the second fits on, until the search finds the other way round."""
    fleet = fleet_of(
        [{"gpus": ["rtx-3060"]}, {"gpus": ["rtx-3060"]}],
        [{"gpu": {"memory": "11Gi"}}, {"gpu": {"memory": "10Gi"}, "host": "h0"}],
    )

    assert {row.workload: row.host for row in placed(fleet).assignments} == {"w0": "h1", "w1": "h0"}


def test_what_would_not_fit_an_empty_fleet_leaves_the_others_their_places() -> None:
    """It used to end the search for all, and one that had room elsewhere was said to have none."""
    fleet = fleet_of(
        [{"gpus": ["rtx-3060"]}, {"gpus": ["rtx-3060"]}, {"gpus": ["rtx-3060"]}],
        [
            {"gpu": {"memory": "11Gi"}},
            {"gpu": {"memory": "10Gi"}, "host": "h0"},
            {"gpu": {"memory": "9Gi"}, "replicas": 4},
            {"gpu": {"memory": "40Gi"}},
        ],
    )
    made = placed(fleet)

    assert sorted(each.workload for each in made.unplaced) == ["w2", "w3"]
    assert {(row.workload, row.replica, row.host) for row in made.assignments} == {
        ("w0", 0, "h1"),
        ("w1", 0, "h0"),
        ("w2", 0, "h2"),
    }


def test_a_plan_does_not_change_by_itself() -> None:
    fleets = [full_fleet(seed, cards=32, fullness=0.9) for seed in range(3)]

    assert [placed(fleet) for fleet in fleets] == [placed(fleet) for fleet in fleets]
