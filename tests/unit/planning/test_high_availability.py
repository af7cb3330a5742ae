"""What lets a cluster outlive one of its servers."""

from __future__ import annotations

from typing import Any

import pytest

from pyfleet.pipeline import plan
from pyfleet.planning import Plan
from pyfleet.planning.types.hosts import FirewallRule, KeepalivedPlan, NodePlan
from tests.unit.fleets import CLUSTER, MODEL

SERVERS = {name: {"role": "server", "address": f"10.0.0.{number}"} for number, name in enumerate("abc", 1)}
HOSTS = {**SERVERS, "worker": {"address": "10.0.0.4"}}


def planned(*, k3s: dict[str, Any] | None = None, hosts: dict[str, Any] | None = None, **cluster: Any) -> Plan:
    merged = {**CLUSTER, **cluster, "k3s": {"tokenFile": "/run/secrets/k3s-token", **(k3s or {})}}
    return plan(MODEL.model_validate({"cluster": merged, "hosts": hosts or HOSTS}))


def nodes(made: Plan) -> dict[str, NodePlan]:
    return {node.name: node for node in made.nodes}


def joined(made: Plan) -> dict[str, str | None]:
    return {node.name: node.server_url for node in made.nodes}


def test_hosts_join_by_the_address_that_some_server_always_has() -> None:
    made = planned(virtualAddress={"address": "10.0.0.9", "interface": "eth0"})

    assert joined(made) == {"a": None, **dict.fromkeys(["b", "c", "worker"], "https://10.0.0.9:6443")}


def test_each_server_runs_keepalived_and_the_first_of_the_file_comes_first() -> None:
    hosts = {**HOSTS, "b": {**SERVERS["b"], "interface": "eno1"}}
    made = planned(virtualAddress={"address": "10.0.0.9"}, hosts=hosts | {"a": {**SERVERS["a"], "interface": "eth0"}})

    assert {name: node.keepalived for name, node in nodes(made).items()} == {
        "a": KeepalivedPlan("eth0", 9, 250),
        "b": KeepalivedPlan("eno1", 9, 249),
        # It doesn't say its interface, which is an error of its own.
        "c": None,
        "worker": None,
    }


@pytest.mark.parametrize(("address", "number"), [("10.0.0.9", 9), ("10.0.0.255", 255), ("10.0.1.0", 255)])
def test_vrrp_has_a_number_of_1_to_255_by_the_address(address: str, number: int) -> None:
    made = planned(virtualAddress={"address": address, "interface": "eth0"})
    (found,) = {node.keepalived.router_id for node in made.nodes if node.keepalived}

    assert found == number


def test_three_hundred_servers_still_have_a_priority_that_vrrp_takes() -> None:
    hosts = {f"s{n}": {"role": "server", "address": f"10.0.{n // 250}.{n % 250 + 1}"} for n in range(301)}
    made = planned(virtualAddress={"address": "10.9.0.9", "interface": "eth0"}, hosts=hosts)
    priorities = [node.keepalived.priority for node in made.nodes if node.keepalived]

    assert (priorities[0], priorities[1], min(priorities)) == (250, 249, 1)


def test_vrrp_is_let_in_from_servers_only_and_only_where_keepalived_speaks_it() -> None:
    vrrp = FirewallRule("servers", "vrrp")
    by_keepalived = nodes(planned(virtualAddress={"address": "10.0.0.9", "interface": "eth0"}))
    by_kube_vip = nodes(planned(virtualAddress={"address": "10.0.0.9", "by": "kube-vip"}))

    assert [name for name, node in by_keepalived.items() if vrrp in node.firewall] == ["a", "b", "c"]
    assert [name for name, node in by_kube_vip.items() if vrrp in node.firewall] == []
    assert {node.keepalived for node in by_kube_vip.values()} == {None}


def test_servers_that_share_a_database_start_and_join_nothing() -> None:
    made = planned(k3s={"datastore": "external", "serverEnvironmentFile": "/run/secrets/k3s-env"})

    assert {name: (node.cluster_init, node.server_url) for name, node in nodes(made).items()} == {
        "a": (False, None),
        "b": (False, None),
        "c": (False, None),
        "worker": (False, "https://10.0.0.1:6443"),
    }
    assert [name for name, node in nodes(made).items() if node.first_server] == ["a"]


def test_without_etcd_its_ports_stay_closed() -> None:
    made = planned(k3s={"datastore": "external", "serverEnvironmentFile": "/run/secrets/k3s-env"})

    assert nodes(made)["a"].firewall == (
        FirewallRule("nodes", "tcp", (6443, 10250)),
        FirewallRule("nodes", "udp", (8472,)),
    )


def test_hosts_that_share_images_reach_each_other_on_both_ports_agents_too() -> None:
    made = planned(k3s={"embeddedRegistry": True})

    assert {node.firewall[0] for node in made.nodes} == {FirewallRule("nodes", "tcp", (5001, 6443, 10250))}
