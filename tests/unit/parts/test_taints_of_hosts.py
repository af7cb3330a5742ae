"""What has to be on hosts with taints tolerates them: our DaemonSets, and those of charts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.fleets import named, objects, values_of

GPU = {"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}
LLM = {"key": "dedicated", "operator": "Equal", "value": "llm", "effect": "NoSchedule"}
OWN = {"key": "own", "operator": "Exists", "effect": "NoExecute"}
ALL = {"operator": "Exists", "effect": "NoSchedule"}
TEXT = """
hosts:
  plain: {role: server, address: 10.0.0.1, gpus: [rtx-4090], taints: ["slow:PreferNoSchedule"]}
  llm: {address: 10.0.0.2, gpus: [rtx-4090, rtx-4090], sharing: {mps: 2}, taints: ["dedicated=llm:NoSchedule"]}
  other: {address: 10.0.0.3, taints: ["own:NoExecute"]}
platform: {PLATFORM}
"""
METRICS = TEXT.replace(
    "PLATFORM", "monitoring: {prometheus: {}}, loadBalancer: {metallb: {pools: {a: 10.0.9.1-10.0.9.9}}}"
)
WITHOUT = METRICS.replace('taints: ["dedicated=llm:NoSchedule"]', "labels: {}").replace(
    'taints: ["own:NoExecute"]', "labels: {}"
)


def tolerations(folder: str, name: str, text: str = METRICS) -> list[dict[str, str]]:
    found: list[dict[str, str]] = named(objects(text, folder))[f"DaemonSet/{name}"]["spec"]["template"]["spec"][
        "tolerations"
    ]
    return found


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("platform/nvidia-device-plugin", "nvidia-device-plugin"),
        ("platform/nvidia-device-plugin", "nvidia-mps-control-daemon"),
        ("platform/monitoring", "dcgm-exporter-rtx-4090-shared"),
    ],
)
def test_our_daemon_sets_tolerate_the_taints_of_their_hosts_and_of_no_others(folder: str, name: str) -> None:
    assert tolerations(folder, name) == [GPU, LLM]


def test_an_exporter_of_hosts_without_taints_tolerates_as_before() -> None:
    assert tolerations("platform/monitoring", "dcgm-exporter-rtx-4090") == [GPU]


def test_charts_daemon_sets_are_on_every_host() -> None:
    values = values_of("kube-prometheus-stack", METRICS)
    victoria = values_of("victoria-metrics-k8s-stack", METRICS.replace("prometheus", "victoriaMetrics"))

    assert values["prometheus-node-exporter"]["tolerations"] == [ALL, OWN]
    assert victoria["prometheus-node-exporter"]["tolerations"] == [ALL, OWN]
    assert values_of("metallb", METRICS)["speaker"]["tolerations"] == [LLM, OWN]


def test_without_such_taints_their_values_say_nothing_of_them() -> None:
    assert "tolerations" not in values_of("kube-prometheus-stack", WITHOUT)["prometheus-node-exporter"]
    assert "tolerations" not in values_of("metallb", WITHOUT)["speaker"]


OPERATOR = TEXT.replace("PLATFORM", "gpu: {operator: {}}")


def test_the_gpu_operators_pods_are_on_hosts_with_taints() -> None:
    control = {"key": "node-role.kubernetes.io/control-plane", "operator": "Exists", "effect": "NoSchedule"}
    values: dict[str, Any] = values_of("gpu-operator", OPERATOR)

    assert values["daemonsets"]["tolerations"] == [GPU, LLM, OWN]
    assert values["node-feature-discovery"]["worker"]["tolerations"] == [control, GPU, LLM, OWN]


def test_the_dra_drivers_plugin_is_on_hosts_with_taints() -> None:
    text = TEXT.replace("PLATFORM", "").replace("sharing: {mps: 2}", "allocation: dra")

    assert values_of("dra-driver-nvidia-gpu", text)["kubeletPlugin"]["tolerations"] == [GPU, LLM]
