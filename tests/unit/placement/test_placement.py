"""Every GPU workload gets cards that have room for it, whenever that can be done."""

from __future__ import annotations

import itertools
from collections import defaultdict

from hypothesis import given, settings
from hypothesis import strategies as st

from pyfleet.placement.types import Assignment
from pyfleet.planning import plan
from pyfleet.planning.types.whole import Plan
from tests.unit.fleets import fleet, fleet_of_cards

GIB = 2**30
SIZES = {"rtx-3060": 12, "rtx-5070-ti": 16303 / 1024, "rtx-4090": 24564 / 1024}


def rows(made: Plan) -> dict[str, Assignment]:
    return {row.workload: row for row in made.assignments}


def test_a_workload_goes_to_the_smallest_card_that_has_room() -> None:
    made = plan(fleet_of_cards({"big": ["rtx-4090"], "small": ["rtx-3060"]}, {"chat": {"gpu": {"memory": "8Gi"}}}))

    assert rows(made)["chat"].host == "small"


def test_first_fit_that_leaves_one_out_is_followed_by_a_search_for_all() -> None:
    """The first takes the only card the second fits on, until the search finds the other way round."""
    made = plan(
        fleet_of_cards(
            {"a": ["rtx-3060"], "b": ["rtx-3060"]},
            {
                "any": {"gpu": {"memory": "11Gi"}},
                "tied": {"gpu": {"memory": "10Gi"}, "host": "a"},
            },
        )
    )

    assert made.unplaced == ()
    assert {name: row.host for name, row in rows(made).items()} == {"any": "b", "tied": "a"}


def test_a_model_spread_evenly_is_bounded_by_the_smaller_card() -> None:
    workloads = {"chat": {"engine": "vllm", "gpu": {"count": 2, "memory": "50Gi"}}}
    made = plan(fleet_of_cards({"box": ["rtx-5090", "rtx-4090"]}, workloads))

    assert [each.reason for each in made.unplaced] == ["too large"]


def test_a_model_that_fills_cards_one_after_the_other_may_use_all_of_them() -> None:
    workloads = {"chat": {"engine": "tabbyapi", "gpu": {"count": 2, "memory": "50Gi"}}}
    made = plan(fleet_of_cards({"box": ["rtx-5090", "rtx-4090"]}, workloads))

    assert sum(rows(made)["chat"].needed) == 50 * GIB


def test_a_card_given_whole_takes_no_second_workload_however_small() -> None:
    workloads = {"one": {"gpu": {"memory": "1Gi"}}, "two": {"gpu": {"memory": "1Gi"}}}
    made = plan(fleet_of_cards({"box": ["rtx-4090"]}, workloads))

    assert [(each.workload, each.reason) for each in made.unplaced] == [("two", "taken")]


def test_a_job_waits_for_what_outranks_it_and_stops_what_it_outranks() -> None:
    made = plan(
        fleet("""
hosts: {box: {role: server, address: 10.0.0.1, gpus: [rtx-4090, rtx-4090]}}
priorities: {high: 100, middle: 10, low: 1}
workloads:
  serving: {image: a/b:1, gpu: {}, priority: high}
  chat: {image: a/b:1, gpu: {}, priority: low}
  training: {kind: Job, image: a/b:1, gpu: {}, priority: middle}
  tuning: {kind: Job, image: a/b:1, gpu: {count: 2}, priority: middle}
""")
    )

    assert (rows(made)["training"].preempts, rows(made)["training"].waits_for) == (("chat",), ())
    assert (rows(made)["tuning"].preempts, rows(made)["tuning"].waits_for) == (("chat",), ("serving",))


def test_a_job_that_stops_another_is_shown_on_the_card_that_this_frees() -> None:
    made = plan(
        fleet("""
hosts: {box: {role: server, address: 10.0.0.1, gpus: [rtx-4090, rtx-4090]}}
priorities: {high: 100, middle: 10, low: 1}
workloads:
  serving: {image: a/b:1, gpu: {}, priority: high}
  chat: {image: a/b:1, gpu: {}, priority: low}
  training: {kind: Job, image: a/b:1, gpu: {}, priority: middle}
""")
    )

    assert rows(made)["training"].cards == rows(made)["chat"].cards


def test_on_a_host_with_unlike_cards_two_that_take_turns_never_share_a_card() -> None:
    """Kubernetes counts two cards and would start both, on the one card that both are pinned to."""
    workloads = {
        "one": {"kind": "Job", "gpu": {"product": "rtx-4090", "memory": "20Gi"}},
        "two": {"kind": "Job", "gpu": {"product": "rtx-4090", "memory": "20Gi"}},
    }
    made = plan(fleet_of_cards({"box": ["rtx-5090", "rtx-4090"]}, workloads))

    assert [each.workload for each in made.unplaced] == ["two"]


def test_a_pod_is_pinned_only_where_kubernetes_cannot_tell_cards_apart() -> None:
    workloads = {"chat": {"gpu": {"memory": "8Gi"}}}
    alike = plan(fleet_of_cards({"box": ["rtx-4090", "rtx-4090"]}, workloads)).workloads[0]
    unlike = plan(fleet_of_cards({"box": ["rtx-5090", "rtx-4090"]}, workloads)).workloads[0]

    assert (alike.visible_devices, alike.node_selector) == (None, {"lab.example/has-4090": "true"})
    assert (unlike.visible_devices, unlike.node_selector) == ("1", {"kubernetes.io/hostname": "box"})


def test_replicas_of_a_pinned_workload_share_the_cards_of_the_first() -> None:
    """They have one pod template, and it names the cards."""
    made = plan(
        fleet("""
hosts: {box: {role: server, address: 10.0.0.1, gpus: [rtx-4090, rtx-4090], sharing: {timeSlicing: 2}}}
workloads: {embeddings: {image: a/b:1, replicas: 2, gpu: {memory: 8Gi}}}
""")
    )

    assert [(row.host, row.cards) for row in made.assignments] == [("box", (0,)), ("box", (0,))]


def test_shares_of_one_card_fit_together_or_go_to_another() -> None:
    made = plan(
        fleet("""
hosts: {box: {role: server, address: 10.0.0.1, gpus: [rtx-4090, rtx-4090], sharing: {timeSlicing: 4}}}
workloads:
  one: {image: a/b:1, gpu: {memory: 16Gi}}
  two: {image: a/b:1, gpu: {memory: 8Gi}}
  three: {image: a/b:1, gpu: {memory: 7Gi}}
""")
    )

    assert {name: row.cards for name, row in rows(made).items()} == {"one": (0,), "two": (1,), "three": (0,)}


def possible(hosts: dict[str, list[str]], needs: list[float]) -> bool:
    """Whether the workloads fit, a card each, by trying every assignment."""
    cards = [SIZES[product] for products in hosts.values() for product in products]
    return len(needs) <= len(cards) and any(
        all(need <= size for need, size in zip(needs, chosen, strict=True))
        for chosen in itertools.permutations(cards, len(needs))
    )


@settings(max_examples=60, deadline=None)
@given(
    cards=st.lists(st.lists(st.sampled_from(sorted(SIZES)), min_size=1, max_size=2), min_size=1, max_size=3),
    needs=st.lists(st.integers(1, 25), min_size=1, max_size=5),
)
def test_an_assignment_is_found_exactly_when_there_is_one(cards: list[list[str]], needs: list[int]) -> None:
    hosts = {f"host{number}": products for number, products in enumerate(cards)}
    workloads = {f"w{number}": {"gpu": {"memory": f"{need}Gi"}} for number, need in enumerate(needs)}
    made = plan(fleet_of_cards(hosts, workloads))

    assert (made.unplaced == ()) == possible(hosts, [float(need) for need in needs])
    taken: dict[tuple[str, int], int] = defaultdict(int)
    for row in made.assignments:
        for card, needed, usable in zip(row.cards, row.needed, row.usable, strict=True):
            taken[row.host, card] += 1
            assert needed <= usable
    assert all(pods == 1 for pods in taken.values())
