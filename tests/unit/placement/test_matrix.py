"""The GPU matrix: who has which cards, and why; and what is taken of each card."""

from __future__ import annotations

import pytest

from pyfleet.placement import Assignment, CardUse, Placement, place
from pyfleet.resolved import Resolved
from tests.unit.fleets import fleet

GIB, MIB = 2**30, 2**20

ALIKE = "box: {role: server, address: 10.0.0.1, gpus: [rtx-4090, rtx-4090]}"
UNLIKE = "box: {role: server, address: 10.0.0.1, gpus: [rtx-4090, rtx-5090]}"
SINGLE = "box: {role: server, address: 10.0.0.1, gpus: [rtx-4090]}"
SHARED = "box: {role: server, address: 10.0.0.1, gpus: [rtx-4090], sharing: {timeSlicing: 4}}"
CLAIMED = "box: {role: server, address: 10.0.0.1, gpus: [rtx-4090, rtx-5090], allocation: dra}"


def placed(hosts: str, *workloads: str) -> Placement:
    lines = "".join(f"  {each[:-1]}, image: a/b:1}}\n" for each in workloads)
    return place(Resolved(fleet(f"hosts: {{{hosts}}}\npriorities: {{high: 3, low: 1}}\nworkloads:\n{lines}")))


def test_a_row_says_all_that_was_decided() -> None:
    made = placed(UNLIKE, "chat: {engine: tabbyapi, gpu: {count: 2, memory: 40Gi}, priority: high}")

    assert made.assignments == (
        Assignment(
            workload="chat",
            replica=0,
            host="box",
            cards=(0, 1),
            product=("rtx-4090", "rtx-5090"),
            needed=(40 * GIB - 32607 * MIB, 32607 * MIB),
            usable=(24564 * MIB, 32607 * MIB),
            turn="always",
            priority=3,
            priority_name="high",
            pinned=False,
            shared=False,
            why="it takes all cards of the host",
            waits_for=(),
            preempts=(),
        ),
    )


@pytest.mark.parametrize(
    ("hosts", "workload", "why", "pinned"),
    [
        (ALIKE, "gpu: {}", "any card of this kind will do", False),
        (ALIKE, "gpu: {}, host: box", "the fleet names the host", False),
        (UNLIKE, "gpu: {}", "pinned: Kubernetes can't tell the host's cards apart", True),
        (UNLIKE, "gpu: {}, host: box", "the fleet names the host", True),
        (UNLIKE, "gpu: {count: 2}", "it takes all cards of the host", False),
        (SINGLE, "gpu: {}", "any card of this kind will do", False),
        (SHARED, "gpu: {memory: 1Gi}", "the host's only card", False),
        (CLAIMED, "gpu: {}", "claimed by its kind", False),
        (CLAIMED, "gpu: {count: 2}", "it takes all cards of the host", False),
    ],
)
def test_why_a_pod_is_where_it_is(hosts: str, workload: str, why: str, *, pinned: bool) -> None:
    (row,) = placed(hosts, f"it: {{{workload}}}").assignments

    assert (row.why, row.pinned) == (why, pinned)


def test_rows_of_a_shared_card_name_the_others_on_it_once() -> None:
    made = placed(
        SHARED,
        "a: {gpu: {memory: 3Gi}}",
        "b: {gpu: {memory: 2Gi}, replicas: 2}",
        "job: {kind: Job, gpu: {memory: 1Gi}}",
    )
    only = "the host's only card; shares its card with"

    assert [(row.workload, row.replica, row.shared, row.why) for row in made.assignments] == [
        ("a", 0, True, f"{only} b, job"),
        ("b", 0, True, f"{only} a, job"),
        ("b", 1, True, f"{only} a, job"),
        ("job", 0, True, f"{only} a, b"),
    ]


def test_only_those_on_the_same_card_share_it() -> None:
    made = placed(
        SHARED.replace("4}}", "2}}").replace("[", "[rtx-4090, "),
        "a: {gpu: {memory: 15Gi}}",
        "b: {gpu: {memory: 14Gi}}",
        "c: {gpu: {memory: 9Gi}}",
        "d: {gpu: {memory: 7Gi}}",
    )
    pinned = "pinned: Kubernetes can't tell the host's cards apart; shares its card with"

    assert [(row.workload, row.cards, row.why) for row in made.assignments] == [
        ("a", (0,), f"{pinned} d"),
        ("b", (1,), f"{pinned} c"),
        ("c", (1,), f"{pinned} b"),
        ("d", (0,), f"{pinned} a"),
    ]
    assert [(card.index, card.taken // GIB, card.workloads) for card in made.cards] == [
        (0, 22, ("a", "d")),
        (1, 23, ("b", "c")),
    ]


def test_those_that_take_turns_on_a_card_given_whole_share_nothing() -> None:
    made = placed(SINGLE, "a: {kind: Job, gpu: {}}", "b: {kind: Job, gpu: {}}")

    assert [(row.shared, row.why) for row in made.assignments] == [(False, "any card of this kind will do")] * 2


def test_of_each_card_it_is_said_what_is_taken_all_the_time() -> None:
    hosts = f"{SHARED}, other: {{address: 10.0.0.2, gpus: [rtx-3060, rtx-3060]}}"
    made = placed(
        hosts,
        "a: {gpu: {memory: 3Gi}, host: box}",
        "b: {gpu: {memory: 2Gi}, host: box, replicas: 2}",
        "job: {kind: Job, gpu: {memory: 1Gi}, host: box}",
    )

    assert made.cards == (
        CardUse("box", 0, "rtx-4090", usable=24564 * MIB, taken=7 * GIB, workloads=("a", "b")),
        CardUse("other", 0, "rtx-3060", usable=12288 * MIB, taken=0, workloads=()),
        CardUse("other", 1, "rtx-3060", usable=12288 * MIB, taken=0, workloads=()),
    )


def test_important_ones_choose_first_then_those_with_many_cards_then_large_ones_then_by_name() -> None:
    hosts = f"{ALIKE.replace('[', '[rtx-4090, rtx-4090, rtx-4090, rtx-4090, rtx-4090, rtx-4090, ')}"
    made = placed(
        hosts,
        "job: {kind: Job, gpu: {}, priority: high}",
        "b: {gpu: {memory: 4Gi}}",
        "a: {gpu: {memory: 4Gi}}",
        "large: {gpu: {memory: 5Gi}}",
        "whole: {gpu: {}}",
        "two: {gpu: {count: 2, memory: 2Gi}}",
        "high: {gpu: {memory: 1Gi}, priority: high}",
    )

    assert [row.workload for row in made.assignments] == ["high", "two", "whole", "large", "a", "b", "job"]
