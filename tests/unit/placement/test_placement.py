"""Every GPU workload gets cards that have room for it, whenever that can be done."""

from __future__ import annotations

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
