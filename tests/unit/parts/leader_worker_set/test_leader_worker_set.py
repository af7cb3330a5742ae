"""Groups of pods on several hosts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.fleets import objects

GROUP = """
hosts:
  first: {role: server, address: 10.0.0.1}
  a: {address: 10.0.0.2, os: linux, system: aarch64-linux, gpus: [gb10]}
  b: {address: 10.0.0.3, os: linux, system: aarch64-linux, gpus: [gb10]}
workloads:
  it: {kind: LeaderWorkerSet, size: 2, image: a/b:1, gpu: {memory: 90Gi}, ports: {http: 8000}}
"""


@pytest.fixture(scope="module")
def made() -> dict[str, dict[str, Any]]:
    """Objects of the group, by kind."""
    return {body["kind"]: body for body in objects(GROUP, "workloads/it")}


def pods(made: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Templates of the leader and of a worker."""
    templates = made["LeaderWorkerSet"]["spec"]["leaderWorkerTemplate"]
    return [templates["leaderTemplate"], templates["workerTemplate"]]


def test_the_leader_serves_and_its_workers_are_not_asked(made: dict[str, dict[str, Any]]) -> None:
    """A worker answers nobody: probed, it would be killed and its group begun anew, for ever."""
    asked = {"ports", "startupProbe", "readinessProbe", "livenessProbe"}
    leader, worker = (pod["spec"]["containers"][0].keys() & asked for pod in pods(made))

    assert (leader, worker) == (asked, set())


def test_leader_and_worker_are_one_program_on_one_kind_of_card(made: dict[str, dict[str, Any]]) -> None:
    leader, worker = (pod["spec"] for pod in pods(made))

    assert leader["nodeSelector"] == worker["nodeSelector"]
    assert leader["containers"][0]["resources"] == worker["containers"][0]["resources"]


def test_pods_of_a_group_are_kept_on_different_hosts(made: dict[str, dict[str, Any]]) -> None:
    for pod in pods(made):
        apart = pod["spec"]["affinity"]["podAntiAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]

        assert apart == [
            {
                "labelSelector": {"matchLabels": {"app.kubernetes.io/name": "it"}},
                "matchLabelKeys": ["leaderworkerset.sigs.k8s.io/group-index"],
                "topologyKey": "kubernetes.io/hostname",
            }
        ]


def test_the_service_of_a_group_reaches_leaders_only(made: dict[str, dict[str, Any]]) -> None:
    selector = made["Service"]["spec"]["selector"]

    assert [selector.items() <= pod["metadata"]["labels"].items() for pod in pods(made)] == [True, False]


def test_the_controllers_own_service_of_a_group_does_not_take_our_name(made: dict[str, dict[str, Any]]) -> None:
    """By default it is called like the set and is headless; ours would be found in its place, and no name resolved."""
    assert made["LeaderWorkerSet"]["spec"]["networkConfig"] == {"subdomainPolicy": "UniquePerReplica"}
