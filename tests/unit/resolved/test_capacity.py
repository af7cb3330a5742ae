"""What a node has for pods: checked against the kubelet's own arithmetic (pkg/kubelet/cm of Kubernetes)."""

from __future__ import annotations

from typing import Any

import pytest

from pyfleet.pipeline import resolve
from pyfleet.resolved.capacity import allocatable
from tests.unit.fleets import CLUSTER, MODEL

GIB = 2**30


def node(k3s: dict[str, Any] | None = None, **host: Any) -> dict[str, int]:
    cluster = {**CLUSTER, "k3s": {**CLUSTER["k3s"], **(k3s or {})}}
    machine = {"role": "server", "address": "10.0.0.1", **host}
    fleet = MODEL.model_validate({"cluster": cluster, "hosts": {"it": machine}})
    return allocatable(resolve(fleet))["it"]


def test_of_memory_nothing_is_reserved_as_k3s_sets_the_kubelet() -> None:
    assert node(cpus=16, memory="64Gi") == {"cpu": 16000, "memory": 64 * GIB, "pods": 110}


def test_a_twentieth_of_the_disk_is_kept_from_pods() -> None:
    assert node(disk="1000Gi")["ephemeral-storage"] == 950 * GIB


def test_what_is_not_stated_is_left_out() -> None:
    assert node() == {"pods": 110}


RESERVED = {"systemReserved": {"cpu": "500m", "memory": "2Gi"}, "kubeReserved": {"cpu": 1, "memory": "1024Mi"}}


@pytest.mark.parametrize(
    ("k3s", "cpu", "memory"),
    [
        ({"kubelet": RESERVED}, 14500, 61 * GIB),
        ({"kubelet": {**RESERVED, "reservedSystemCPUs": "0-2,8"}}, 12000, 61 * GIB),
        ({"extraFlags": ["--kubelet-arg=reserved-cpus=0"]}, 15000, 64 * GIB),
        ({"kubelet": {"evictionHard": {"memory.available": "2Gi"}}}, 16000, 62 * GIB),
        ({"kubelet": {"evictionHard": {"memory.available": "25%"}}}, 16000, 48 * GIB),
        ({"kubelet": {"mergeDefaultEvictionSettings": True}}, 16000, 64 * GIB - 100 * 2**20),
        ({"extraFlags": ["--kubelet-arg=system-reserved=cpu=2,memory=4Gi"]}, 14000, 60 * GIB),
        ({"extraFlags": ["--kubelet-arg=eviction-hard=memory.available<1Gi,nodefs.available<10Gi"]}, 16000, 63 * GIB),
        ({"extraServerFlags": ["--kubelet-arg=kube-reserved=memory=1Gi"]}, 16000, 63 * GIB),
        ({"kubelet": {"systemReserved": "much", "evictionHard": {"memory.available": []}}}, 16000, 64 * GIB),
    ],
)
def test_what_is_reserved_is_not_for_pods(k3s: dict[str, Any], cpu: int, memory: int) -> None:
    assert node(k3s, cpus=16, memory="64Gi") == {"cpu": cpu, "memory": memory, "pods": 110}


def test_an_agent_does_not_have_the_flags_of_servers() -> None:
    k3s = {"extraServerFlags": ["--kubelet-arg=kube-reserved=memory=1Gi"]}

    assert node(k3s, role="agent", memory="64Gi")["memory"] == 64 * GIB


@pytest.mark.parametrize(
    ("k3s", "pods"),
    [
        ({"maxPods": 250}, 250),
        ({"kubelet": {"maxPods": 50}}, 50),
        ({"kubelet": {"podsPerCore": 10}}, 40),
        ({"extraFlags": ["--kubelet-arg=max-pods=30"]}, 30),
    ],
)
def test_a_node_takes_so_many_pods(k3s: dict[str, Any], pods: int) -> None:
    assert node(k3s, cpus=4)["pods"] == pods
