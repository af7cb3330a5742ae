"""What follows from a host's entry."""

from __future__ import annotations

import re

from pyfleet.planning.types.hosts import FirewallRule, NodePlan
from pyfleet.planning.types.whole import Plan
from pyfleet.shared import PATTERNS
from tests.unit.fleets import CLUSTER, planned


def node(made: Plan, name: str) -> NodePlan:
    return next(each for each in made.nodes if each.name == name)


def test_labels_of_cards_are_counted_not_typed() -> None:
    made = planned("hosts: {box: {role: server, address: 10.0.0.1, gpus: [rtx-5070-ti, rtx-5070-ti]}}")

    assert node(made, "box").labels == {
        "lab.example/gpu-cards": "rtx-5070-ti",
        "lab.example/gpu-count": "2",
        "lab.example/gpu-runtime": "nvidia-cdi",
        "lab.example/has-5070ti": "true",
        "lab.example/homogeneous": "true",
        "lab.example/vram-total": "32",
        "nvidia.com/device-plugin.config": "default",
        "nvidia.com/gpu.present": "true",
    }


def test_the_label_that_names_all_cards_is_one_that_kubernetes_takes() -> None:
    kinds = [f"an-unusually-long-name-of-a-card-{number}" for number in range(3)]
    card = "{product: X, label: x, memory: 8, usableMiB: 8000, architecture: ada-lovelace}"
    made = planned(
        f"gpus: {{{', '.join(f'{kind}: {card}' for kind in kinds)}}}\n"
        f"hosts: {{box: {{role: server, address: 10.0.0.1, gpus: [{', '.join(kinds)}]}}, "
        f"other: {{address: 10.0.0.2, gpus: [{', '.join(kinds[:2])}]}}}}\n"
    )
    values = [node(made, name).labels["lab.example/gpu-cards"] for name in ("box", "other")]

    assert [bool(re.fullmatch(PATTERNS["labelValue"], value)) for value in values] == [True, True]
    assert values[0] != values[1]


def test_a_host_alone_opens_nothing() -> None:
    made = planned("hosts: {box: {role: server, address: 10.0.0.1}}")

    assert node(made, "box").firewall == ()


def test_a_server_and_an_agent_open_what_docs_k3s_io_lists_and_only_to_each_other() -> None:
    made = planned("hosts: {one: {role: server, address: 10.0.0.1}, two: {address: 10.0.0.2}}")

    assert node(made, "one").firewall == (
        FirewallRule("nodes", "tcp", (6443, 10250)),
        FirewallRule("nodes", "udp", (8472,)),
    )
    assert node(made, "two").firewall == (
        FirewallRule("nodes", "tcp", (10250,)),
        FirewallRule("nodes", "udp", (8472,)),
    )


def test_etcd_is_opened_between_servers_only() -> None:
    servers = ", ".join(f"{name}: {{role: server, address: 10.0.0.{number}}}" for number, name in enumerate("abc", 1))
    text = f"hosts: {{{servers}, d: {{address: 10.0.0.4}}}}"
    made = planned(text)

    assert FirewallRule("servers", "tcp", (2379, 2380)) in node(made, "b").firewall
    assert [rule for rule in node(made, "d").firewall if rule.source == "servers"] == []


def test_admins_reach_the_api_and_nothing_else() -> None:
    made = planned(
        f"cluster: { {**CLUSTER, 'admins': ['10.0.9.0/24']} }\nhosts: {{box: {{role: server, address: 10.0.0.1}}}}"
    )

    assert node(made, "box").firewall == (FirewallRule("admins", "tcp", (6443,)),)


def test_only_the_first_server_starts_the_cluster_and_the_others_join_it() -> None:
    text = "hosts: {w: {address: 10.0.0.9}, a: {role: server, address: 10.0.0.1}, b: {role: server, address: 10.0.0.2}}"
    made = planned(text)

    assert {each.name: (each.first_server, each.server_url) for each in made.nodes} == {
        "w": (False, "https://10.0.0.1:6443"),
        "a": (True, None),
        "b": (False, "https://10.0.0.1:6443"),
    }


def test_an_old_card_gets_its_last_driver_and_not_the_open_module() -> None:
    made = planned("hosts: {box: {role: server, address: 10.0.0.1, gpus: [gtx-1060-6gb]}}")

    assert (node(made, "box").driver, node(made, "box").open_kernel_module) == ("legacy_580", False)


def test_nfs_is_there_only_on_hosts_where_a_workload_may_mount_it() -> None:
    made = planned("""
hosts: {one: {role: server, address: 10.0.0.1, labels: {disk: slow}}, two: {address: 10.0.0.2}}
storage: {models: {nfs: {server: 10.0.0.8, path: /models}, size: 1Ti, access: ReadOnlyMany}}
workloads: {web: {image: a/b:1, nodeSelector: {disk: slow}, volumes: {/models: models}}}
""")

    assert {each.name: each.nfs for each in made.nodes} == {"one": True, "two": False}
