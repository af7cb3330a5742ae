"""What jobs queue for."""

from __future__ import annotations

from tests.unit.fleets import named, objects

HOSTS = """
hosts:
  first: {role: server, address: 10.0.0.1}
  claimed: {address: 10.0.0.2, os: linux, gpus: [rtx-5090], allocation: dra, cpus: 8, memory: 64Gi}
  shared: {address: 10.0.0.3, gpus: [rtx-4090, rtx-4090], sharing: {mps: 3}, cpus: 8, memory: 64Gi}
"""
JOB = "workloads: {it: {kind: Job, image: a/b:1, gpu: {memory: 1Gi, product: rtx-4090}, queue: q}}"


def test_queues_count_shares_of_cards_and_no_card_that_is_claimed() -> None:
    made = named(objects(f"{HOSTS}{JOB}\nplatform: {{queueing: {{kueue: {{}}}}}}", "platform/queueing"))
    (group,) = made["ClusterQueue/lab"]["spec"]["resourceGroups"]

    assert [name for name in made if name.startswith("ResourceFlavor")] == ["ResourceFlavor/rtx-4090"]
    assert group == {
        "coveredResources": ["cpu", "memory", "nvidia.com/gpu"],
        "flavors": [
            {
                "name": "rtx-4090",
                "resources": [
                    {"name": "cpu", "nominalQuota": "8"},
                    {"name": "memory", "nominalQuota": "65536Mi"},
                    {"name": "nvidia.com/gpu", "nominalQuota": "6"},
                ],
            }
        ],
    }
