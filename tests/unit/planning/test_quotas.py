"""Bounds of namespaces."""

from __future__ import annotations

from tests.unit.fleets import planned

HOSTS = """
hosts:
  first: {role: server, address: 10.0.0.1}
  shared: {address: 10.0.0.2, gpus: [rtx-4090, rtx-4090], sharing: {mps: 3}}
"""


def test_shares_of_cards_are_counted_up_to_those_that_there_are() -> None:
    quotas = [
        planned(f"{HOSTS}workloads: {{it: {{image: a/b:1, gpu: {{memory: 1Gi}}, replicas: {copies}}}}}").quotas
        for copies in (3, 9)
    ]

    assert [[quota.hard for quota in each] for each in quotas] == [
        [{"requests.nvidia.com/gpu": "3"}],
        [{"requests.nvidia.com/gpu": "6"}],
    ]
