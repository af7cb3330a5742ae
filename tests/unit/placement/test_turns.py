"""Jobs, and what is scaled to zero, get the cards where they disturb least."""

from __future__ import annotations

import pytest

from pyfleet.placement import Assignment, Placement, place
from pyfleet.resolved import Resolved
from tests.unit.fleets import fleet

ALIKE = "box: {role: server, address: 10.0.0.1, gpus: [rtx-4090, rtx-4090]}"
UNLIKE = "box: {role: server, address: 10.0.0.1, gpus: [rtx-5090, rtx-4090]}"
SHARED = "box: {role: server, address: 10.0.0.1, gpus: [rtx-4090], sharing: {timeSlicing: 4}}"
SMALL = "small: {address: 10.0.0.2, gpus: [rtx-3060]}"


def placed(hosts: str, *workloads: str) -> Placement:
    lines = "".join(f"  {each[:-1]}, image: a/b:1}}\n" for each in workloads)
    return place(
        Resolved(fleet(f"hosts: {{{hosts}}}\npriorities: {{high: 3, middle: 2, low: 1}}\nworkloads:\n{lines}"))
    )


def row(hosts: str, *workloads: str) -> Assignment:
    """Row of the workload `job`."""
    (found,) = [row for row in placed(hosts, *workloads).assignments if row.workload == "job"]
    return found


def terms(found: Assignment) -> tuple[str, tuple[int, ...], tuple[str, ...], tuple[str, ...]]:
    return (found.host, found.cards, found.waits_for, found.preempts)


def test_a_job_on_free_cards_disturbs_nobody() -> None:
    found = row(ALIKE, "a: {gpu: {}, priority: high}", "job: {kind: Job, gpu: {}, priority: low}")

    assert terms(found) == ("box", (1,), (), ())
    assert found.why == "any card of this kind will do"


@pytest.mark.parametrize(
    ("priority", "waits_for", "preempts", "why"),
    [
        ("high", ("a",), (), "any card of this kind will do; waits for a"),
        ("middle", ("a",), (), "any card of this kind will do; waits for a"),
        ("low", (), ("a",), "any card of this kind will do; outranks a"),
    ],
)
def test_a_job_waits_for_its_equals_and_betters_and_stops_what_it_outranks(
    priority: str, waits_for: tuple[str, ...], preempts: tuple[str, ...], why: str
) -> None:
    """Kubernetes stops a pod only for one of higher priority."""
    found = row(ALIKE, f"a: {{gpu: {{count: 2}}, priority: {priority}}}", "job: {kind: Job, gpu: {}, priority: middle}")

    assert terms(found) == ("box", (0,), waits_for, preempts)
    assert found.why == why


def test_the_least_important_ones_stop_and_no_more_than_needed() -> None:
    residents = ("a: {gpu: {}, priority: high}", "b: {gpu: {}, priority: low}")

    assert terms(row(ALIKE, *residents, "job: {kind: Job, gpu: {}, priority: middle}")) == ("box", (1,), (), ("b",))
    assert terms(row(ALIKE, *residents, "job: {kind: Job, gpu: {count: 2}, priority: middle}")) == (
        "box",
        (0, 1),
        ("a",),
        ("b",),
    )


def test_all_that_are_waited_for_or_outranked_are_named() -> None:
    residents = ("a: {gpu: {}, priority: middle}", "b: {gpu: {}, priority: middle}")
    waits = row(ALIKE, *residents, "job: {kind: Job, gpu: {count: 2}, priority: low}")
    outranks = row(ALIKE, *residents, "job: {kind: Job, gpu: {count: 2}, priority: high}")

    assert (waits.waits_for, waits.why) == (("a", "b"), "any card of this kind will do; waits for a, b")
    assert (outranks.preempts, outranks.why) == (("a", "b"), "any card of this kind will do; outranks a, b")


def test_one_free_card_of_the_two_that_are_needed_means_that_one_stops() -> None:
    hosts = ALIKE.replace("[", "[rtx-4090, ")
    residents = ("a: {gpu: {}, priority: low}", "b: {gpu: {}, priority: low}")

    assert terms(row(hosts, *residents, "job: {kind: Job, gpu: {count: 2}, priority: high}")) == (
        "box",
        (0, 2),
        (),
        ("a",),
    )


@pytest.mark.parametrize(
    ("on_box", "on_small", "host"),
    [
        ("", "low", "box"),
        ("low", "middle", "box"),
        ("low", "low", "small"),
        ("high", "high", "small"),
    ],
)
def test_a_job_goes_where_it_disturbs_least_and_then_where_the_cards_are_fewest(
    on_box: str, on_small: str, host: str
) -> None:
    """First nobody, then those that it outranks, then those that it has to wait for."""
    residents = [
        f"{name}: {{gpu: {{count: {count}}}, host: {name}, priority: {priority}}}"
        for name, count, priority in [("box", 2, on_box), ("small", 1, on_small)]
        if priority
    ]

    assert row(f"{ALIKE}, {SMALL}", *residents, "job: {kind: Job, gpu: {}, priority: middle}").host == host


def test_of_hosts_where_nobody_is_disturbed_the_one_with_small_cards_is_taken() -> None:
    """However many it has: the first of those that any other workload would be given, too."""
    found = row(
        f"{SMALL.replace('[', '[rtx-3060, ')}, one: {{address: 10.0.0.3, gpus: [rtx-3060]}}",
        "job: {kind: Job, gpu: {}}",
    )

    assert terms(found) == ("small", (0,), (), ())


@pytest.mark.parametrize(
    ("residents", "found"),
    [
        (
            ["a: {gpu: {count: 2}, host: h1, priority: high}", "b: {gpu: {count: 2}, host: h2, priority: low}"],
            ("h2", ("b",)),
        ),
        (
            ["a: {gpu: {count: 2}, host: h1, priority: low}", "b: {gpu: {count: 1}, host: h2, priority: low}"],
            ("h2", ()),
        ),
        (["a: {gpu: {count: 2}, host: h1, priority: low}"], ("h2", ())),
    ],
)
def test_of_hosts_that_are_alike_but_not_held_alike_the_better_one_is_found(
    residents: list[str], found: tuple[str, tuple[str, ...]]
) -> None:
    hosts = ", ".join(f"h{n}: {{role: server, address: 10.0.0.{n}, gpus: [rtx-4090, rtx-4090]}}" for n in (1, 2))
    job = row(hosts, *residents, "job: {kind: Job, gpu: {}, priority: middle}")

    assert (job.host, job.preempts) == found


def test_where_as_many_are_disturbed_the_host_with_less_memory_in_all_is_taken() -> None:
    job = row(
        f"{SMALL.replace('[', '[rtx-3060, ')}, one: {{address: 10.0.0.3, gpus: [rtx-3060]}}",
        "a: {gpu: {count: 2}, host: small, priority: low}",
        "b: {gpu: {count: 1}, host: one, priority: low}",
        "job: {kind: Job, gpu: {}, priority: high}",
    )

    assert terms(job) == ("one", (0,), (), ("b",))


def test_a_job_may_wait_for_one_that_holds_every_card_of_a_host_with_unlike_ones() -> None:
    """While it runs, Kubernetes' count of cards lets nobody else start there."""
    found = row(
        UNLIKE,
        "all: {engine: tabbyapi, gpu: {count: 2, memory: 50Gi}, priority: low}",
        "job: {kind: Job, gpu: {memory: 20Gi}, priority: middle}",
    )

    assert terms(found) == ("box", (1,), (), ("all",))
    assert found.why == "pinned: Kubernetes can't tell the host's cards apart; outranks all"


def test_a_job_has_to_fit_beside_one_that_holds_one_of_unlike_cards() -> None:
    """Kubernetes would count the other card as free, and start both on the one that both are pinned to."""
    resident = "a: {gpu: {memory: 30Gi}, priority: low}"

    assert terms(row(UNLIKE, resident, "job: {kind: Job, gpu: {memory: 20Gi}, priority: high}")) == (
        "box",
        (1,),
        (),
        (),
    )
    assert [each.workload for each in placed(UNLIKE, resident, "job: {kind: Job, gpu: {memory: 25Gi}}").unplaced] == [
        "job"
    ]


def test_a_job_has_to_fit_beside_one_that_has_a_share_of_the_only_card() -> None:
    """It holds a card of each that the host has, and yet one slot of four: nothing keeps the job from starting."""
    resident = "a: {gpu: {memory: 20Gi}, priority: low}"

    assert terms(row(SHARED, resident, "job: {kind: Job, gpu: {memory: 3Gi}, priority: high}")) == ("box", (0,), (), ())
    assert [each.workload for each in placed(SHARED, resident, "job: {kind: Job, gpu: {memory: 5Gi}}").unplaced] == [
        "job"
    ]


@pytest.mark.parametrize("count", [1, 2])
def test_on_a_host_with_unlike_cards_two_jobs_never_share_a_card(count: int) -> None:
    """Also if each holds every card: a job counts as something that may run at any time."""
    job = f"{{kind: Job, gpu: {{count: {count}, memory: {20 * count}Gi, product: rtx-4090}}}}"
    hosts = UNLIKE if count == 1 else UNLIKE.replace("rtx-5090, rtx-4090", "rtx-4090, rtx-3060, rtx-4090")

    assert [each.workload for each in placed(hosts, f"a: {job}", f"b: {job}").unplaced] == ["b"]


def test_two_jobs_that_hold_every_card_of_a_host_with_unlike_ones_never_share_them() -> None:
    job = "{kind: Job, engine: tabbyapi, gpu: {count: 2, memory: 50Gi}}"

    assert [each.workload for each in placed(UNLIKE, f"a: {job}", f"b: {job}").unplaced] == ["b"]


def test_jobs_take_turns_on_cards_that_are_alike() -> None:
    jobs = [f"j{number}: {{kind: Job, gpu: {{count: 2}}}}" for number in range(3)]

    assert [row.cards for row in placed(ALIKE, *jobs).assignments] == [(0, 1)] * 3


def test_pods_of_a_group_that_takes_turns_are_on_different_hosts() -> None:
    hosts = ", ".join(
        f"h{number}: {{role: server, address: 10.0.0.{number}, gpus: [rtx-4090, rtx-4090]}}" for number in (1, 2)
    )
    made = placed(hosts, "group: {kind: LeaderWorkerSet, size: 2, replicas: 0, gpu: {}}")

    assert sorted((row.host, row.turn) for row in made.assignments) == [("h1", "on demand"), ("h2", "on demand")]
