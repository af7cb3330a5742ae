"""How KEDA scales."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.fleets import objects

SCALE = "autoscale: {prometheus: 'http://prometheus:9090', query: sum(queue), maxReplicas: 4, cooldown: 15m}"


def scaled(workload: str) -> dict[str, dict[str, Any]]:
    """Objects of a workload that scales, by kind."""
    text = f"hosts: {{box: {{role: server, address: 10.0.0.1}}}}\nworkloads: {{it: {{image: a/b:1, {workload}}}}}"
    return {body["kind"]: body for body in objects(text, "workloads/it")}


@pytest.mark.parametrize(
    ("kind", "more", "api"),
    [
        ("Deployment", "", "apps/v1"),
        ("StatefulSet", "", "apps/v1"),
        ("LeaderWorkerSet", "size: 2, ", "leaderworkerset.x-k8s.io/v1"),
    ],
)
def test_what_it_scales_has_no_number_of_copies(kind: str, more: str, api: str) -> None:
    """Typed, it would undo KEDA's at every apply."""
    made = scaled(f"kind: {kind}, {more}ports: {{http: 80}}, {SCALE}")

    assert "replicas" not in made[kind]["spec"]
    assert made[kind]["apiVersion"] == api
    assert made["ScaledObject"]["spec"]["scaleTargetRef"] == {"apiVersion": api, "kind": kind, "name": "it"}


def test_copies_follow_a_queue_from_none_to_the_most() -> None:
    spec = scaled(SCALE)["ScaledObject"]["spec"]

    assert {key: value for key, value in spec.items() if key != "scaleTargetRef"} == {
        "minReplicaCount": 0,
        "maxReplicaCount": 4,
        "cooldownPeriod": 900,
        "triggers": [
            {
                "type": "prometheus",
                "metadata": {"serverAddress": "http://prometheus:9090", "query": "sum(queue)", "threshold": "1"},
            }
        ],
    }
