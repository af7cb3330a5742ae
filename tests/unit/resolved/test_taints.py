"""Who may run on hosts with taints."""

from __future__ import annotations

from typing import Any

import pytest

from pyfleet.resolved.taints import Taint, taint_of, tolerates
from tests.unit.fleets import resolved

HOSTS = """
hosts:
  plain: {role: server, address: 10.0.0.1, labels: {pool: all}}
  llm: {address: 10.0.0.2, labels: {pool: all, use: llm}, taints: ["dedicated=llm:NoSchedule", "slow:PreferNoSchedule"]}
  tts: {address: 10.0.0.3, labels: {use: llm}, taints: ["nvidia.com/gpu:NoSchedule", "own:NoExecute"]}
"""
DEDICATED = {"key": "dedicated", "operator": "Equal", "value": "llm", "effect": "NoSchedule"}
OWN = {"key": "own", "operator": "Exists", "effect": "NoExecute"}
GPU = {"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}


@pytest.mark.parametrize(
    ("toleration", "matches"),
    [
        ({"operator": "Exists"}, True),
        ({"key": "a", "operator": "Exists"}, True),
        ({"key": "a", "value": "b"}, True),
        ({"key": "a", "operator": "Equal", "value": "b", "effect": "NoSchedule"}, True),
        ({"key": "a"}, False),
        ({"key": "a", "value": "c"}, False),
        ({"key": "b", "operator": "Exists"}, False),
        ({"key": "a", "operator": "Exists", "effect": "NoExecute"}, False),
    ],
)
def test_a_toleration_matches_as_in_kubernetes(toleration: dict[str, str], *, matches: bool) -> None:
    """pkg/apis/core/helper and ToleratesTaint of k8s.io/api."""
    assert tolerates([toleration], Taint("a", "b", "NoSchedule")) == matches


@pytest.mark.parametrize("text", ["a=b:NoSchedule", "a:NoExecute", "a.b/c=d:PreferNoSchedule"])
def test_a_taint_reads_as_it_is_written(text: str) -> None:
    assert str(taint_of(text)) == text


@pytest.mark.parametrize(
    ("text", "hosts", "tolerations"),
    [
        ("gpu: {}", ["plain"], []),
        ("host: llm", ["llm"], [DEDICATED]),
        ("gpu: {}, host: tts", ["tts"], [OWN]),  # that of GPU nodes every pod with a card has
        ("host: tts", ["tts"], [GPU, OWN]),
        ("nodeSelector: {use: llm}", ["llm", "tts"], [DEDICATED, GPU, OWN]),
        ("nodeSelector: {pool: all}", ["plain"], []),
        (
            "tolerations: [{key: dedicated, operator: Exists}]",
            ["plain", "llm"],
            [{"key": "dedicated", "operator": "Exists"}],
        ),
        ("host: llm, tolerations: [{key: dedicated, value: llm}]", ["llm"], [{"key": "dedicated", "value": "llm"}]),
        ("host: nowhere", [], []),
    ],
)
def test_a_workload_runs_where_it_names_a_host_or_tolerates_its_taints(
    text: str, hosts: list[str], tolerations: list[dict[str, Any]]
) -> None:
    fleet = resolved(f"{HOSTS}workloads: {{it: {{image: a/b:1, {text}}}}}")
    workload = fleet.fleet.workloads["it"]

    assert list(fleet.hosts_for(workload)) == hosts
    assert list(fleet.tolerations_of(workload)) == tolerations


def test_local_storage_names_its_host() -> None:
    storage = "storage: {data: {local: {host: llm, path: /srv}, size: 1Gi}}\n"
    fleet = resolved(f"{HOSTS}{storage}workloads: {{it: {{image: a/b:1, volumes: {{/data: data}}}}}}")

    assert list(fleet.tolerations_of(fleet.fleet.workloads["it"])) == [DEDICATED]
