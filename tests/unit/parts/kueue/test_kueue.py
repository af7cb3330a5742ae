"""What jobs queue for, and that they wait."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.fleets import named, objects, planned

HOSTS = """
hosts:
  first: {role: server, address: 10.0.0.1}
  claimed: {address: 10.0.0.2, os: linux, gpus: [rtx-5090], allocation: dra, cpus: 8, memory: 64Gi}
  shared: {address: 10.0.0.3, gpus: [rtx-4090, rtx-4090], sharing: {mps: 3}, cpus: 8, memory: 64Gi}
  unlike: {address: 10.0.0.4, gpus: [rtx-4090, rtx-3090], cpus: 4, memory: 32Gi}
"""
MORE = """\
  whole: {address: 10.0.0.5, gpus: [rtx-4090], cpus: 8, memory: 64Gi}
  ubuntu: {address: 10.0.0.6, os: linux, gpus: [rtx-4090], cpus: 8, memory: 64Gi}
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
        "rtx-3090.rtx-4090": {"cpu": "4", "memory": "32Gi", "nvidia.com/gpu": "2"},
        "rtx-4090-mps-3": {"cpu": "8", "memory": "64Gi", "nvidia.com/gpu": "6"},
    }


def test_flavors_have_one_set_of_keys_and_no_two_the_same_values() -> None:
    """Kueue compares a job with a flavor by that flavor's own keys: one that a flavor lacks rules it out for nobody."""
    made = queues(HOSTS + MORE + JOB + KUEUE)
    labels = {name: body["spec"]["nodeLabels"] for name, body in made.items() if name.startswith("ResourceFlavor")}

    assert {name: list(each.values()) for name, each in labels.items()} == {
        "ResourceFlavor/rtx-3090.rtx-4090": ["rtx-3090.rtx-4090", "nvidia-cdi", "default"],
        "ResourceFlavor/rtx-4090": ["rtx-4090", "nvidia-cdi", "default"],
        "ResourceFlavor/rtx-4090-mps-3": ["rtx-4090", "nvidia-cdi", "mps-3"],
        "ResourceFlavor/rtx-4090-nvidia": ["rtx-4090", "nvidia", "default"],
    }
    assert {tuple(each) for each in labels.values()} == {
        ("lab.example/gpu-cards", "lab.example/gpu-runtime", "nvidia.com/device-plugin.config")
    }


@pytest.mark.parametrize("where", ["", ", host: unlike", ", host: shared", ", host: whole", ", host: ubuntu"])
@pytest.mark.parametrize("kind", ["Job", "CronJob, schedule: '@daily'"])
def test_a_queued_job_names_every_label_of_its_flavor_and_no_other_flavor_matches(kind: str, where: str) -> None:
    """Kueue writes a flavor's labels into the job's pods: nothing may be left to write."""
    text = HOSTS + MORE + JOB.replace("kind: Job", f"kind: {kind}").replace(", queue", f"{where}, queue") + KUEUE
    planned_for = planned(text)
    (row,), (workload,) = planned_for.assignments, planned_for.workloads
    host = planned_for.resolved.labels[row.host]
    flavors = [body["spec"]["nodeLabels"] for body in queues(text).values() if body["kind"] == "ResourceFlavor"]
    selected = [each for each in flavors if all(workload.node_selector.get(key) == each[key] for key in each)]

    assert selected == [{key: host[key] for key in selected[0]}]
    assert [f for f in flavors if all(workload.node_selector.get(key, f[key]) == f[key] for key in f)] == selected


def test_a_job_without_a_card_is_tied_to_no_host_with_cards() -> None:
    made = queues(HOSTS + JOB.replace("}}\n", "}, plain: {kind: Job, image: a/b:1, queue: q}}\n") + KUEUE)
    (group,) = made["ClusterQueue/lab"]["spec"]["resourceGroups"]
    taint = {"key": "nvidia.com/gpu", "value": "present", "effect": "NoSchedule"}

    assert "spec" not in made["ResourceFlavor/any-host"]
    assert [
        made[f"ResourceFlavor/{name}"]["spec"]["nodeTaints"] for name in ("rtx-3090.rtx-4090", "rtx-4090-mps-3")
    ] == [[taint]] * 2
    assert {each["name"]: each["nominalQuota"] for each in group["flavors"][0]["resources"]} == {
        "cpu": "20",
        "memory": "160Gi",
        "nvidia.com/gpu": "0",
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

    assert (waiting["metadata"]["labels"].get(label), free["metadata"]["labels"].get(label)) == ("q", None)


def test_only_kueue_suspends_a_job_and_lets_it_begin() -> None:
    """With `suspend` in it, each apply while the job runs would be a conflict, or stop it."""
    nightly = JOB.replace("kind: Job", "kind: CronJob, schedule: '@daily'")
    job, cron = (named(objects(HOSTS + each + KUEUE, "workloads/it")) for each in (JOB, nightly))

    assert "suspend" not in job["Job/it"]["spec"]
    assert cron["CronJob/it"]["spec"]["jobTemplate"]["spec"]["suspend"] is True
