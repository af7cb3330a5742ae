"""How many pods a workload may have at one time, and which of them belong together."""

from __future__ import annotations

from math import inf

import pytest

from pyfleet.pipeline import plan
from pyfleet.placement.demands import demands_of
from pyfleet.resolved import Resolved
from tests.unit.fleets import fleet

HOSTS = "hosts: {box: {role: server, address: 10.0.0.1, gpus: [gb10], system: aarch64-linux, os: linux}}\n"
SCALE = "autoscale: {prometheus: 'http://prometheus:9090', query: sum(queue), minReplicas: 1, maxReplicas: 5}"


def groups(text: str) -> list[int | None]:
    made = fleet(f"{HOSTS}workloads: {{it: {{image: a/b:1, gpu: {{memory: 1Gi}}, {text}}}}}")
    return [demand.group for demand in demands_of(Resolved(made))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kind: Deployment", [None]),
        ("replicas: 0", [None]),
        ("replicas: 3", [None, None, None]),
        (SCALE, [None] * 5),
        ("kind: LeaderWorkerSet, size: 2", [0, 0]),
        ("kind: LeaderWorkerSet, size: 2, replicas: 2", [0, 0, 1, 1]),
    ],
)
def test_each_pod_that_may_run_is_a_demand_and_a_groups_pods_know_their_group(
    text: str, expected: list[int | None]
) -> None:
    """All copies that KEDA may make have their place; the pods of a group may not share a host."""
    assert groups(text) == expected


@pytest.mark.parametrize(
    ("text", "turn"),
    [
        ("kind: Deployment", "always"),
        ("kind: StatefulSet, replicas: 2", "always"),
        ("replicas: 0", "on demand"),
        ("kind: Job", "job"),
        ("kind: Job, queue: batch", "queued"),
        ("kind: CronJob, schedule: '0 3 * * *'", "scheduled"),
    ],
)
def test_when_a_workload_holds_its_cards(text: str, turn: str) -> None:
    made = fleet(f"{HOSTS}workloads: {{it: {{image: a/b:1, gpu: {{memory: 1Gi}}, {text}}}}}")

    assert {demand.turn for demand in demands_of(Resolved(made))} == {turn}


def test_what_asks_for_no_card_is_no_demand() -> None:
    made = fleet(f"{HOSTS}workloads: {{web: {{image: a/b:1}}, it: {{image: a/b:1, gpu: {{}}}}}}")

    assert [demand.workload for demand in demands_of(Resolved(made))] == ["it"]


def test_what_is_scaled_on_demand_is_accounted_for_all_the_time() -> None:
    made = plan(fleet(f"{HOSTS}workloads: {{it: {{image: a/b:1, gpu: {{memory: 1Gi}}, {SCALE}}}}}"))

    assert made.unplaced != ()
    assert {row.turn for row in made.assignments} == {"always"}


def test_what_needs_a_card_to_itself_is_hardest_and_a_share_counts_as_a_part_of_a_usual_card() -> None:
    needs = ["{}", "{memory: 2Gi}", "{share: 0.5}", "{share: 0.5, memory: 6Gi}"]
    workloads = ", ".join(f"w{number}: {{image: a/b:1, gpu: {need}}}" for number, need in enumerate(needs))
    demands = demands_of(Resolved(fleet(f"{HOSTS}workloads: {{{workloads}}}")))

    assert [demand.need.hardness(8 * 2**30) for demand in demands] == [inf, 2 * 2**30, 4 * 2**30, 6 * 2**30]
