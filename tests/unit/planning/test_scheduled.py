"""Small fleets of every kind: in whichever order pods come, a scheduler finds a node for each that runs always."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from pyfleet.pipeline import examine
from pyfleet.planning import Plan
from pyfleet.rendering import render
from tests.unit.fleets import CLUSTER, MODEL, objects_in, planned
from tests.unit.placement.generated import BOOKED, small_fleet
from tests.unit.planning.scheduler import Node, nodes_of, schedule

SEEDS = BOOKED[:240]
ORDERS = 5


@cache
def plan_of(seed: int) -> Plan | None:
    """Plan a fleet in which main memory, CPUs and taints matter; None where a check finds something."""
    document = small_fleet(seed)
    chance = random.Random(seed)  # noqa: S311 - the same fleet at each run
    document["cluster"] = CLUSTER
    for number, host in enumerate(document["hosts"].values()):
        host["role"] = "server" if number == 0 else "agent"
        if chance.random() < 0.7:
            host["cpus"] = chance.choice([4, 8, 16])
        if "memory" in host and chance.random() < 0.5:
            host["memory"] = chance.choice(["64Gi", "96Gi"])
    document["hosts"]["h0"].pop("taints", None)
    for number in range(chance.randint(0, 4)):
        requests = {"memory": f"{chance.choice([1, 2, 4, 8, 12])}Gi", "cpu": chance.choice(["100m", "1", "2"])}
        document["workloads"][f"p{number}"] = {"image": "a/b:1", "resources": {"requests": requests}}
    examined = examine(MODEL.model_validate(document))
    return None if examined.errors else examined.plan


def pods_of(plan: Plan) -> list[tuple[str, dict[str, Any]]]:
    """Rendered pods of workloads that run always, as often as they run; those of a group have its number."""
    return list(_pods(plan))


def _pods(plan: Plan) -> Iterator[tuple[str, dict[str, Any]]]:
    for body in objects_in(render(plan), "kubernetes/workloads"):
        name, spec = body["metadata"]["name"], body.get("spec", {})
        if body["kind"] in {"Deployment", "StatefulSet"}:
            yield from [(name, spec["template"]["spec"])] * spec.get("replicas", 1)
        elif body["kind"] == "LeaderWorkerSet":
            group = spec["leaderWorkerTemplate"]
            for number in range(spec.get("replicas", 1)):
                yield f"{name}@{number}", group["leaderTemplate"]["spec"]
                yield from [(f"{name}@{number}", group["workerTemplate"]["spec"])] * (group["size"] - 1)


def with_daemons(plan: Plan) -> dict[str, Node]:
    """Make the nodes, with the pods that run on each of them."""
    nodes = nodes_of(plan.resolved)
    for pods in plan.resolved.platform_pods:
        for host in pods.hosts or ():
            nodes[host].take({"cpu": pods.requests.cpu, "memory": pods.requests.memory, "pods": 1})
    return nodes


def test_enough_fleets_are_tried() -> None:
    plans = [plan for plan in map(plan_of, SEEDS) if plan]

    assert len(plans) > 70
    assert sum(any(each.name[0] == "p" and each.node_selector for each in plan.workloads) for plan in plans) > 5


@pytest.mark.parametrize("seeds", [SEEDS[start : start + 40] for start in range(0, len(SEEDS), 40)], ids=str)
def test_no_pod_that_runs_always_stays_pending(seeds: range) -> None:
    for seed in seeds:
        plan = plan_of(seed)
        if plan is None:
            continue
        for order in range(ORDERS):
            pods = pods_of(plan)
            random.Random(order).shuffle(pods)  # noqa: S311 - likewise

            assert (seed, order, schedule(with_daemons(plan), pods)) == (seed, order, [])


TIGHT = """
hosts:
  box: {role: server, address: 10.0.0.1, memory: 64Gi}
  gpu: {address: 10.0.0.2, memory: 64Gi, gpus: [rtx-4090]}
  MORE: {address: 10.0.0.3, memory: 128Gi}
workloads:
  llm: {image: a/b:1, gpu: {}, resources: {requests: {memory: 55Gi}}}
  a: {image: a/b:1, resources: {requests: {memory: 20Gi}}}
  b: {image: a/b:1, replicas: 4, resources: {requests: {memory: 8Gi}}}
"""


def test_pods_without_cards_are_tied_only_where_they_would_be_in_the_way() -> None:
    tight = planned(TIGHT.replace("MORE", "x").replace("128Gi", "12Gi"))
    loose = planned(TIGHT.replace("MORE", "x").replace("55Gi", "30Gi"))

    assert {each.name: each.node_selector for each in tight.workloads if each.name != "llm"} == {
        "a": {"kubernetes.io/hostname": "box"},
        "b": {"kubernetes.io/hostname": "box"},
    }
    assert [each.node_selector for each in loose.workloads if each.name != "llm"] == [{}, {}]
