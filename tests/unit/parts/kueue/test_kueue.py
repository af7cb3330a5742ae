"""What jobs queue for, and that they wait."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.fleets import named, objects

HOSTS = """
hosts:
  first: {role: server, address: 10.0.0.1}
  claimed: {address: 10.0.0.2, os: linux, gpus: [rtx-5090], allocation: dra, cpus: 8, memory: 64Gi}
  shared: {address: 10.0.0.3, gpus: [rtx-4090, rtx-4090], sharing: {mps: 3}, cpus: 8, memory: 64Gi}
  unlike: {address: 10.0.0.4, gpus: [rtx-4090, rtx-3090], cpus: 4, memory: 32Gi}
"""
JOB = "workloads: {it: {kind: Job, image: a/b:1, gpu: {memory: 1Gi, product: rtx-4090}, queue: q}}\n"
KUEUE = "platform: {queueing: {kueue: {}}}\n"


def queues(text: str) -> dict[str, dict[str, Any]]:
    return named(objects(text, "platform/queueing"))


def test_queues_count_shares_of_cards_and_no_card_that_is_claimed() -> None:
    (group,) = queues(HOSTS + JOB + KUEUE)["ClusterQueue/lab"]["spec"]["resourceGroups"]

    assert group["coveredResources"] == ["cpu", "memory", "nvidia.com/gpu"]
    assert {
        flavor["name"]: {each["name"]: each["nominalQuota"] for each in flavor["resources"]}
        for flavor in group["flavors"]
    } == {
        "rtx-3090-rtx-4090": {"cpu": "4", "memory": "32768Mi", "nvidia.com/gpu": "2"},
        "rtx-4090": {"cpu": "8", "memory": "65536Mi", "nvidia.com/gpu": "6"},
    }


def test_a_flavour_is_the_hosts_with_exactly_its_cards() -> None:
    made = queues(HOSTS + JOB + KUEUE)
    labels = {name: body["spec"]["nodeLabels"] for name, body in made.items() if name.startswith("ResourceFlavor")}

    assert labels == {
        "ResourceFlavor/rtx-3090-rtx-4090": {
            "lab.example/has-3090": "true",
            "lab.example/has-4090": "true",
            "lab.example/homogeneous": "false",
        },
        "ResourceFlavor/rtx-4090": {"lab.example/has-4090": "true", "lab.example/homogeneous": "true"},
    }


@pytest.mark.parametrize(
    "text",
    [HOSTS + JOB, HOSTS + KUEUE, f"hosts: {{first: {{role: server, address: 10.0.0.1}}}}\n{JOB}{KUEUE}"],
    ids=["nobody asks", "no queue", "no cards"],
)
def test_without_cards_or_jobs_that_queue_for_them_there_are_no_queues(text: str) -> None:
    assert queues(text) == {}


def test_a_job_waits_in_its_queue_only_where_something_runs_that() -> None:
    waiting, free = (named(objects(HOSTS + JOB + rest, "workloads/it"))["Job/it"] for rest in (KUEUE, ""))
    label = "kueue.x-k8s.io/queue-name"

    assert (waiting["metadata"]["labels"].get(label), waiting["spec"].get("suspend")) == ("q", True)
    assert (free["metadata"]["labels"].get(label), free["spec"].get("suspend")) == (None, None)
