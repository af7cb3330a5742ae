"""Charts that parts of a fleet need come with them; their values are laid over each other as Helm does."""

from __future__ import annotations

from typing import Any

import pytest

from pyfleet.resolved.charts import InstalledChart, merged
from tests.unit.fleets import resolved

SERVER = "first: {role: server, address: 10.0.0.1}"
SPARKS = (
    "a: {address: 10.0.0.2, os: linux, system: aarch64-linux, gpus: [gb10]}, "
    "b: {address: 10.0.0.3, os: linux, system: aarch64-linux, gpus: [gb10]}"
)
CLAIMED = "claimed: {address: 10.0.0.2, os: linux, gpus: [rtx-5090], allocation: dra}"
SCALED = "it: {image: a/b:1, autoscale: {prometheus: 'http://prometheus:9090', query: sum(queue)}}"
GROUP = "it: {kind: LeaderWorkerSet, size: 2, image: a/b:1}"
VAULT = "externalSecrets: {vault: {server: 'https://vault.lan:8200', roleId: it}}"
ARGO_CD = "gitops: {argocd: {repo: 'https://git.example.com/fleet.git'%s}}"


def charts(hosts: str = "", platform: str = "", workloads: str = "", rest: str = "") -> dict[str, InstalledChart]:
    text = f"hosts: {{{SERVER}, {hosts}}}\nplatform: {{{platform}}}\nworkloads: {{{workloads}}}\n{rest}"
    return {chart.name: chart for chart in resolved(text).charts}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ({"hosts": SPARKS, "workloads": "it: {image: a/b:1, gpu: {}}"}, []),
        ({"hosts": CLAIMED}, ["dra-driver-nvidia-gpu"]),
        ({"hosts": SPARKS, "platform": "gpu: {operator: {}}"}, ["gpu-operator"]),
        ({"platform": "gpu: {operator: {}}"}, []),
        ({"workloads": SCALED}, ["keda"]),
        ({"workloads": GROUP}, ["lws"]),
        ({"platform": "queueing: {kueue: {}}"}, ["kueue"]),
        ({"platform": "loadBalancer: {metallb: {pools: {lan: 10.0.1.1-10.0.1.9}}}"}, ["metallb"]),
        ({"platform": "certificates: {certManager: {}}"}, ["cert-manager"]),
        ({"platform": "ingress: {domain: int.example}"}, []),
        ({"platform": f"secrets: {{{VAULT}}}"}, ["external-secrets"]),
        ({"platform": "secrets: {manual: []}"}, []),
        ({"platform": "monitoring: {prometheus: {}}"}, ["kube-prometheus-stack"]),
        ({"platform": "monitoring: {victoriaMetrics: {}}"}, ["victoria-metrics-k8s-stack"]),
        ({"platform": ARGO_CD % ""}, ["argocd"]),
    ],
    ids=str,
)
def test_a_part_brings_its_chart_and_nothing_else(text: dict[str, str], names: list[str]) -> None:
    assert list(charts(**text)) == names


def test_the_fleet_can_ask_for_another_version_of_a_parts_chart_and_its_values_go_over_all_others() -> None:
    more = ", version: 9.9.9, values: {dex: {enabled: true}, server: {replicas: 2}}"
    argocd = charts(platform=ARGO_CD % more)["argocd"]

    assert (argocd.version, argocd.spec.namespace) == ("9.9.9", "argocd")
    assert {key: argocd.values[key] for key in ("dex", "server", "notifications")} == {
        "dex": {"enabled": True},
        "server": {"replicas": 2},
        "notifications": {"enabled": False},
    }


def test_a_chart_of_the_fleets_own_takes_the_place_of_a_parts() -> None:
    own = "{repo: 'https://x.example', chart: argo-cd, version: 1.2.3, namespace: cd, values: {a: 1, dex: {b: 2}}}"
    argocd = charts(platform=ARGO_CD % ", version: 9.9.9, values: {c: 3}", rest=f"charts: {{argocd: {own}}}")["argocd"]

    assert (argocd.version, argocd.spec.namespace) == ("1.2.3", "cd")
    assert (argocd.values["a"], argocd.values["c"]) == (1, 3)
    assert argocd.values["dex"] == {"enabled": False, "b": 2}
    assert argocd.values["fullnameOverride"] == "argocd"


@pytest.mark.parametrize(
    ("below", "over", "expected"),
    [
        ({"a": 1}, {}, {"a": 1}),
        ({"a": 1}, {"b": 2}, {"a": 1, "b": 2}),
        ({"a": {"x": 1, "y": 1}}, {"a": {"y": 2}}, {"a": {"x": 1, "y": 2}}),
        ({"a": [1, 2]}, {"a": [3]}, {"a": [3]}),
        ({"a": {"x": 1}}, {"a": None}, {"a": None}),
        ({"a": 1}, {"a": {"x": 1}}, {"a": {"x": 1}}),
        ({"a": {"x": 1}}, {"a": False}, {"a": False}),
    ],
)
def test_mappings_are_merged_and_anything_else_is_replaced(
    below: dict[str, Any], over: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert merged(below, over) == expected


def test_neither_side_is_changed() -> None:
    below: dict[str, Any] = {"a": {"x": 1}}
    over: dict[str, Any] = {"a": {"y": 2}}
    merged(below, over)

    assert (below, over) == ({"a": {"x": 1}}, {"a": {"y": 2}})
