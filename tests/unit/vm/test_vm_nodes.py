"""The nodes of each VM test evaluate."""

from __future__ import annotations

import ipaddress
from itertools import pairwise

import pytest
import yaml

from tests.unit.vm.conftest import Evaluated
from tests.unit.vm.vm_tests import NAMES, fleets_of

WANTED = {"address", "cluster", "firewall", "gpu", "ha", "published", "shared", "upgrade", "workloads"}


def test_there_is_a_test_of_each_part() -> None:
    assert set(NAMES) >= WANTED


@pytest.mark.parametrize("name", NAMES)
def test_a_test_is_called_by_its_file(evaluated: Evaluated, name: str) -> None:
    assert evaluated(name)["name"] == f"vm-{name}"


@pytest.mark.parametrize("name", NAMES)
def test_no_assertion_fails(evaluated: Evaluated, name: str) -> None:
    failures = {node: found["failures"] for node, found in evaluated(name)["nodes"].items()}

    assert failures == {key: [] for key in failures}


@pytest.mark.parametrize("name", NAMES)
def test_nodes_evaluate_to_the_end_without_warnings(evaluated: Evaluated, name: str) -> None:
    nodes = evaluated(name)["nodes"]

    assert all(path.endswith(".drv") for node in nodes.values() for path in node["system"])
    assert {node: found["warnings"] for node, found in nodes.items()} == {key: [] for key in nodes}


@pytest.mark.parametrize("name", NAMES)
def test_hosts_have_their_planned_addresses_and_all_are_in_one_network(evaluated: Evaluated, name: str) -> None:
    nodes = {node: found["address"] for node, found in evaluated(name)["nodes"].items()}
    for fleet in fleets_of(name):
        hosts = yaml.safe_load((fleet / "fleet.yaml").read_text(encoding="utf-8"))["hosts"]
        planned = {host: hosts[host]["address"] for host in nodes if host in hosts}
        assert {host: nodes[host] for host in planned} == planned
    assert len(set(nodes.values())) == len(nodes)
    networks = [ipaddress.ip_interface(f"{address}/24").network for address in nodes.values()]
    assert all(one == other for one, other in pairwise(networks))


def test_both_systems_of_an_upgrade_are_evaluated(evaluated: Evaluated) -> None:
    assert {node: len(found["system"]) for node, found in evaluated("upgrade")["nodes"].items()} == {
        "first": 2,
        "second": 2,
    }
