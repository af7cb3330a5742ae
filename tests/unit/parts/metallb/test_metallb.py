"""Which addresses MetalLB gives out, to whom, and what makes room for it."""

from __future__ import annotations

from typing import Any

import pytest

from pyfleet.planning.types.hosts import FirewallRule
from tests.unit.fleets import named, objects, planned, values_of

BOX = "hosts: {box: {role: server, address: 10.0.0.1}}\n"
TWO = "hosts: {one: {role: server, address: 10.0.0.1}, two: {address: 10.0.0.2}}\n"
CLUSTER = (
    "cluster: {name: lab, domain: lab.example, k3s: {tokenFile: /run/secrets/k3s-token, disable: [local-storage]}}\n"
)
METALLB = "platform: {loadBalancer: {metallb: {pools: {lan: %s}}}}\n"
POOL = METALLB % "10.0.0.200-10.0.0.205"
CHAT = "workloads: {chat: {image: a/b:1, ports: {http: 8000}, expose: {loadBalancer: {port: 80, address: 10.0.0.201}}}}"
FIXED = {"addresses": ["10.0.0.201/32"], "autoAssign": False}


def made(text: str) -> dict[str, dict[str, Any]]:
    return named(objects(text, "platform/metallb"))


def pools(text: str) -> dict[str, Any]:
    return {
        name.removeprefix("IPAddressPool/"): body["spec"]
        for name, body in made(text).items()
        if name.startswith("IPAddressPool/")
    }


def test_it_switches_k3s_own_load_balancer_off_and_else_that_stays() -> None:
    assert planned(CLUSTER + BOX + POOL).k3s.disable == ("local-storage", "servicelb")
    assert planned(CLUSTER + BOX).k3s.disable == ("local-storage",)
    assert made(BOX) == {}


def test_speakers_reach_each_other_and_nobody_else_does() -> None:
    rules = {node.name: node.firewall for node in planned(TWO + POOL).nodes}

    assert rules["two"] == (FirewallRule("nodes", "tcp", (7946, 10250)), FirewallRule("nodes", "udp", (7946, 8472)))


def test_the_speaker_of_a_host_alone_needs_no_port() -> None:
    assert [node.firewall for node in planned(BOX + POOL).nodes] == [()]


@pytest.mark.parametrize(
    ("pool", "expected"),
    [
        (
            "10.0.0.200-10.0.0.205",
            {"lan": {"addresses": ["10.0.0.200/32", "10.0.0.202-10.0.0.205"]}, "lan.fixed": FIXED},
        ),
        ("10.0.0.201-10.0.0.201", {"lan.fixed": FIXED}),
        ("10.0.0.210-10.0.0.211", {"lan": {"addresses": ["10.0.0.210-10.0.0.211"]}}),
        ("10.0.0.200-10.0.0.201", {"lan": {"addresses": ["10.0.0.200/32"]}, "lan.fixed": FIXED}),
        ("10.0.0.201-10.0.0.202", {"lan": {"addresses": ["10.0.0.202/32"]}, "lan.fixed": FIXED}),
    ],
    ids=["one fixed", "all fixed", "none fixed", "the last fixed", "the first fixed"],
)
def test_fixed_addresses_are_not_given_to_whoever_comes_first(pool: str, expected: dict[str, Any]) -> None:
    text = BOX + METALLB % pool + CHAT

    assert pools(text) == expected
    assert made(text)["L2Advertisement/fleet"]["spec"] == {"ipAddressPools": list(expected)}


def test_a_service_asks_for_its_fixed_address() -> None:
    service = named(objects(BOX + POOL + CHAT, "workloads/chat"))["Service/chat"]

    assert service["metadata"]["annotations"] == {"metallb.io/loadBalancerIPs": "10.0.0.201"}
    assert service["spec"]["type"] == "LoadBalancer"


def test_it_answers_on_the_interfaces_that_the_fleet_names() -> None:
    text = METALLB.replace("%s}", "10.0.0.200-10.0.0.205}, interfaces: [eth1, eth0]")
    advertisement = made(BOX + text)["L2Advertisement/fleet"]

    assert advertisement["metadata"]["namespace"] == "metallb-system"
    assert advertisement["spec"] == {"ipAddressPools": ["lan"], "interfaces": ["eth0", "eth1"]}


def test_it_comes_without_what_only_bgp_needs() -> None:
    assert values_of("metallb", BOX + POOL) == {
        "frrk8s": {"enabled": False},
        "speaker": {"frr": {"enabled": False}},
    }
