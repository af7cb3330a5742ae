"""Bounds of namespaces."""

from __future__ import annotations

from tests.unit.fleets import planned

HOSTS = """
hosts:
  first: {role: server, address: 10.0.0.1}
  shared: {address: 10.0.0.2, gpus: [rtx-4090, rtx-4090], sharing: {mps: 3}}
"""


def test_all_that_is_requested_is_allowed_and_more_than_there_are_can_wait() -> None:
    quotas = [
        planned(f"{HOSTS}workloads: {{it: {{image: a/b:1, gpu: {{memory: 1Gi}}, replicas: {copies}}}}}").quotas
        for copies in (3, 9)
    ]

    assert [[quota.hard for quota in each] for each in quotas] == [
        [{"requests.nvidia.com/gpu": "3"}],
        [{"requests.nvidia.com/gpu": "9"}],
    ]


def test_a_job_that_preempts_is_counted_beside_what_it_preempts() -> None:
    made = planned("""
hosts: {box: {role: server, address: 10.0.0.1, gpus: [rtx-4090]}}
priorities: {high: 1000, low: 10}
workloads:
  runs: {image: a/b:1, gpu: {}, priority: low}
  preempts: {kind: Job, image: a/b:1, gpu: {}, priority: high}
""")

    assert [quota.hard for quota in made.quotas] == [{"requests.nvidia.com/gpu": "2"}]
