"""Charts that parts of a fleet need come with them."""

from __future__ import annotations

import pytest

from pyfleet.planning import plan
from pyfleet.planning.types.platform import ChartPlan
from tests.unit.fleets import fleet

SERVER = "first: {role: server, address: 10.0.0.1}"
SPARKS = (
    "a: {address: 10.0.0.2, os: linux, system: aarch64-linux, gpus: [gb10]}, "
    "b: {address: 10.0.0.3, os: linux, system: aarch64-linux, gpus: [gb10]}"
)
CLAIMED = "claimed: {address: 10.0.0.2, os: linux, gpus: [rtx-5090], allocation: dra}"
SCALE = "{prometheus: 'http://prometheus:9090', query: sum(queue)}"


def charts(text: str) -> dict[str, ChartPlan]:
    return {chart.name: chart for chart in plan(fleet(text)).charts}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (f"hosts: {{{SERVER}, {CLAIMED}}}", "dra-driver-nvidia-gpu"),
        (f"hosts: {{{SERVER}, {SPARKS}}}\nplatform: {{gpu: {{operator: {{}}}}}}", "gpu-operator"),
        (f"hosts: {{{SERVER}}}\nworkloads: {{it: {{image: a/b:1, autoscale: {SCALE}}}}}", "keda"),
        (
            f"hosts: {{{SERVER}, {SPARKS}}}\nworkloads: {{it: {{kind: LeaderWorkerSet, size: 2, image: a/b:1}}}}",
            "lws",
        ),
    ],
)
def test_a_part_brings_its_chart_and_nothing_else(text: str, name: str) -> None:
    assert list(charts(text)) == [name]


def test_a_fleet_that_asks_for_nothing_gets_no_chart() -> None:
    assert charts(f"hosts: {{{SERVER}, {SPARKS}}}\nworkloads: {{it: {{image: a/b:1, gpu: {{}}}}}}") == {}


def test_a_chart_of_the_fleets_own_wins() -> None:
    own = "charts: {keda: {chart: keda, version: 1.2.3, namespace: scaling}}"
    made = charts(f"hosts: {{{SERVER}}}\nworkloads: {{it: {{image: a/b:1, autoscale: {SCALE}}}}}\n{own}")

    assert (made["keda"].version, made["keda"].namespace) == ("1.2.3", "scaling")


def test_dra_is_told_that_no_plugin_gives_out_the_same_cards_and_where_it_runs() -> None:
    values = charts(f"hosts: {{{SERVER}, {CLAIMED}}}")["dra-driver-nvidia-gpu"].values

    assert values == {
        "gpuResourcesEnabledOverride": True,
        "nvidiaDriverRoot": "/",
        "resources": {"computeDomains": {"enabled": False}},
        "kubeletPlugin": {"nodeSelector": {"lab.example/gpu-allocation": "dra"}},
    }


def test_dra_uses_the_hosts_own_hook_on_nixos() -> None:
    values = charts(f"hosts: {{{SERVER}, {CLAIMED.replace('os: linux, ', '')}}}")["dra-driver-nvidia-gpu"].values

    assert values["nvidiaCDIHookPath"] == "/run/current-system/sw/bin/nvidia-cdi-hook"


def test_the_operator_installs_neither_driver_nor_toolkit() -> None:
    """One fleet's operator tried to build a driver on a DGX Spark, which has NVIDIA's own."""
    values = charts(f"hosts: {{{SERVER}, {SPARKS}}}\nplatform: {{gpu: {{operator: {{}}}}}}")["gpu-operator"].values

    assert (values["driver"], values["toolkit"]) == ({"enabled": False}, {"enabled": False})


@pytest.mark.parametrize(("system", "runtime"), [("linux", "nvidia"), ("nixos", "nvidia-cdi")])
def test_the_operators_pods_have_the_runtime_of_the_hosts(system: str, runtime: str) -> None:
    host = f"gpu: {{address: 10.0.0.2, os: {system}, gpus: [rtx-4090]}}"
    values = charts(f"hosts: {{{SERVER}, {host}}}\nplatform: {{gpu: {{operator: {{}}}}}}")["gpu-operator"].values

    assert values["operator"] == {"runtimeClass": runtime}


def test_the_operators_version_is_the_fleets_if_it_says_one() -> None:
    host = "gpu: {address: 10.0.0.2, gpus: [rtx-4090]}"
    made = charts(f"hosts: {{{SERVER}, {host}}}\nplatform: {{gpu: {{operator: {{version: v26.3.3}}}}}}")

    assert made["gpu-operator"].version == "v26.3.3"
