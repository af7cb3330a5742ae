"""How Kubernetes is told where a workload may run: labels that single out hosts of the planned kind, and no more."""

from __future__ import annotations

import pytest

from pyfleet.pipeline import plan
from pyfleet.resolved import Resolved
from pyfleet.resolved.labels import device_plugin_config_of, runtime_class_of
from tests.unit.fleets import fleet

WHOLE = "whole: {role: server, address: 10.0.0.1, gpus: [rtx-4090]}"
SHARED = "shared: {address: 10.0.0.2, gpus: [rtx-4090], sharing: {timeSlicing: 2}}"
UBUNTU = "ubuntu: {address: 10.0.0.3, gpus: [rtx-4090], os: linux}"
UNLIKE = "unlike: {address: 10.0.0.4, gpus: [rtx-4090, rtx-3060]}"
OTHER = "other: {address: 10.0.0.5, gpus: [rtx-3060], sharing: {timeSlicing: 2}, os: linux}"
CLAIMED = "claimed: {address: 10.0.0.6, gpus: [rtx-4090], allocation: dra}"


ALL = {
    "lab.example/gpu-runtime": "nvidia-cdi",
    "lab.example/has-4090": "true",
    "lab.example/homogeneous": "true",
    "nvidia.com/device-plugin.config": "default",
}


@pytest.mark.parametrize(
    "others",
    [[], [OTHER], [SHARED], [UBUNTU], [UNLIKE], [CLAIMED], [SHARED, UBUNTU, UNLIKE]],
)
def test_pods_for_whole_cards_go_only_to_hosts_that_give_them_out_as_planned(others: list[str]) -> None:
    """By the kind of card alone, one for a whole card could start on a shared one, or under the wrong runtime.

    The labels are always the same, so that a further host replaces no pod.
    """
    made = fleet(
        f"hosts: {{{', '.join([WHOLE, *others])}}}\n"
        "workloads: {it: {image: a/b:1, gpu: {product: rtx-4090, memory: 20Gi}}}\n"
    )
    (workload,) = plan(made).workloads

    assert workload.node_selector == ALL
    assert Resolved(made).hosts_matching(workload.node_selector) == ("whole",)


def test_of_hosts_that_are_alike_the_scheduler_may_choose() -> None:
    hosts = [WHOLE, WHOLE.replace("whole: {role: server, address: 10.0.0.1", "second: {address: 10.0.0.9"), SHARED]
    made = fleet(f"hosts: {{{', '.join(hosts)}}}\nworkloads: {{it: {{image: a/b:1, gpu: {{memory: 20Gi}}}}}}\n")
    (workload,) = plan(made).workloads
    matching = Resolved(made).hosts_matching(workload.node_selector)

    assert matching == ("whole", "second")
    assert {device_plugin_config_of(made.hosts[host]) for host in matching} == {"default"}
    assert {runtime_class_of(made.hosts[host]) for host in matching} == {workload.runtime_class}
