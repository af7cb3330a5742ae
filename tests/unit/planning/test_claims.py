"""Cards that are claimed by what they are, not counted."""

from __future__ import annotations

from pyfleet.planning import Plan
from tests.unit import fleets
from tests.unit.fleets import resolved

HOSTS = """
hosts:
  first: {role: server, address: 10.0.0.1}
  claimed: {address: 10.0.0.2, os: linux, gpus: [rtx-5090, rtx-4090], allocation: dra}
  counted: {address: 10.0.0.3, os: linux, gpus: [rtx-4090]}
"""
BIG = "big: {image: a/b:1, gpu: {memory: 28Gi}}"
SMALL = "small: {image: a/b:1, gpu: {memory: 20Gi}, host: counted}"


def planned(*workloads: str) -> Plan:
    return fleets.planned(f"{HOSTS}workloads: {{{', '.join(workloads)}}}")


def test_what_is_claimed_is_not_asked_of_the_device_plugin_too() -> None:
    """An image says NVIDIA_VISIBLE_DEVICES=all, so NVIDIA's runtime would add every card to the claimed one."""
    big = planned(BIG).workloads[0]

    assert (big.gpus, big.visible_devices, big.runtime_class) == (0, None, None)


def test_pods_are_not_pinned_by_index_where_a_claim_tells_cards_apart() -> None:
    made = resolved(HOSTS)

    assert (made.is_uniform("claimed"), made.must_pin("claimed")) == (False, False)


def test_the_scheduler_keeps_claiming_pods_and_others_apart() -> None:
    big = planned(BIG, SMALL).workloads[0].node_selector

    assert [name for name, labels in resolved(HOSTS).labels.items() if big.items() <= labels.items()] == ["claimed"]


def test_a_product_with_both_ways_of_allocation_is_told_apart_by_the_plugins_label() -> None:
    """A pod that asks for nvidia.com/gpu would stay Pending on a host whose cards are claimed."""
    made = fleets.planned("""
hosts:
  first: {role: server, address: 10.0.0.1}
  claimed: {address: 10.0.0.2, os: linux, gpus: [rtx-4090], allocation: dra, labels: {kind: a}}
  counted: {address: 10.0.0.3, os: linux, gpus: [rtx-4090], labels: {kind: b}}
workloads:
  claims: {image: a/b:1, gpu: {}, nodeSelector: {kind: a}}
  counts: {image: a/b:1, gpu: {}, nodeSelector: {kind: b}}
""")
    selectors = {each.name: dict(each.node_selector) for each in made.workloads}

    assert selectors["claims"]["lab.example/gpu-allocation"] == "dra"
    assert selectors["counts"]["nvidia.com/device-plugin.config"] == "default"


def test_claims_have_a_quota_of_their_own() -> None:
    """`requests.nvidia.com/gpu` counts no claim, so it would bound nothing."""
    assert [quota.hard for quota in planned(BIG, SMALL).quotas] == [
        {"requests.nvidia.com/gpu": "1", "gpu.nvidia.com.deviceclass.resource.k8s.io/devices": "1"}
    ]
