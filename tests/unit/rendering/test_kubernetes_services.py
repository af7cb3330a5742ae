"""How Services, what they tell, and what scales behind them are spelled."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from pyfleet.planning import plan
from pyfleet.rendering.kubernetes import all_apps, render_kubernetes
from tests.unit.fleets import fleet

HOSTS = "hosts: {box: {role: server, address: 10.0.0.1}}\n"
PREFIX = "discovery: {prefix: inference-club.com}\n"
SCALE = "autoscale: {prometheus: 'http://prometheus:9090', query: sum(queue), maxReplicas: 4, cooldown: 15m}"


def rendered(text: str) -> dict[str, Any]:
    made = plan(fleet(HOSTS + text))
    files = render_kubernetes(made, all_apps(made))
    objects = [yaml.safe_load(text) for name, text in files.items() if not name.endswith("kustomization.yaml")]
    return {each["kind"]: each for each in objects}


def workload(text: str) -> dict[str, Any]:
    return rendered(f"{PREFIX}workloads: {{it: {{image: a/b:1, {text}}}}}")


def test_a_service_tells_what_it_is_under_the_keys_that_the_agent_reads() -> None:
    service = workload("ports: {http: 9000}, discovery: {type: tts, engine: other, models: [magpie], basePath: /v1}")

    assert (
        service["Service"]["metadata"]["labels"].items()
        >= {
            "inference-club.com/managed": "true",
            "inference-club.com/type": "tts",
            "inference-club.com/engine": "other",
        }.items()
    )
    assert service["Service"]["metadata"]["annotations"] == {
        "inference-club.com/models": "- id: magpie\n",
        "inference-club.com/base-path": "/v1",
    }


def test_a_service_that_tells_nothing_carries_no_such_key() -> None:
    metadata = workload("ports: {http: 9000}")["Service"]["metadata"]

    assert not any(key.startswith("inference-club.com/") for key in metadata["labels"])
    assert "annotations" not in metadata


def test_a_service_outside_selects_no_pod_and_names_its_address_in_a_slice() -> None:
    objects = rendered(
        f"{PREFIX}services: {{lmstudio: {{address: 192.168.6.19, port: 1234, type: llm, apiKeySecret: lmstudio-key}}}}"
    )
    slice_ = objects["EndpointSlice"]

    assert objects["Service"]["spec"] == {"ports": [{"port": 1234}]}
    assert objects["Service"]["metadata"]["annotations"] == {"inference-club.com/api-key-secret": "lmstudio-key"}
    assert (
        slice_["metadata"]["labels"].items()
        >= {
            "kubernetes.io/service-name": "lmstudio",
            "endpointslice.kubernetes.io/managed-by": "pyfleet",
        }.items()
    )
    assert (slice_["addressType"], slice_["ports"], slice_["endpoints"]) == (
        "IPv4",
        [{"port": 1234}],
        [{"addresses": ["192.168.6.19"]}],
    )


def test_a_load_balancers_port_leads_to_the_containers() -> None:
    spec = workload("ports: {http: 8000}, expose: {loadBalancer: 80}")["Service"]["spec"]

    assert (spec["type"], spec["ports"]) == ("LoadBalancer", [{"name": "http", "port": 80, "targetPort": "http"}])


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet"])
def test_what_keda_scales_has_no_number_of_copies(kind: str) -> None:
    """Typed, it would undo KEDA's at every apply."""
    objects = workload(f"kind: {kind}, ports: {{http: 80}}, {SCALE}")

    assert "replicas" not in objects[kind]["spec"]
    assert objects["ScaledObject"]["spec"]["scaleTargetRef"] == {"apiVersion": "apps/v1", "kind": kind, "name": "it"}


def test_copies_follow_a_queue_from_none_to_the_most() -> None:
    spec = workload(SCALE)["ScaledObject"]["spec"]

    assert {key: value for key, value in spec.items() if key != "scaleTargetRef"} == {
        "minReplicaCount": 0,
        "maxReplicaCount": 4,
        "cooldownPeriod": 900,
        "triggers": [
            {
                "type": "prometheus",
                "metadata": {"serverAddress": "http://prometheus:9090", "query": "sum(queue)", "threshold": "1"},
            }
        ],
    }
