"""How Services, and what they announce, are spelled."""

from __future__ import annotations

from typing import Any

from tests.unit.fleets import objects

HOSTS = "hosts: {box: {role: server, address: 10.0.0.1}}\n"
PREFIX = "discovery: {prefix: inference-club.com}\n"


def service(workload: str) -> dict[str, Any]:
    text = f"{HOSTS}{PREFIX}workloads: {{it: {{image: a/b:1, {workload}}}}}"
    return next(body for body in objects(text, "workloads/it") if body["kind"] == "Service")


def test_a_service_announces_what_it_is_under_the_keys_that_the_agent_reads() -> None:
    made = service("ports: {http: 9000}, discovery: {type: tts, engine: other, models: [magpie], basePath: /v1}")

    assert (
        made["metadata"]["labels"].items()
        >= {
            "inference-club.com/managed": "true",
            "inference-club.com/type": "tts",
            "inference-club.com/engine": "other",
        }.items()
    )
    assert made["metadata"]["annotations"] == {
        "inference-club.com/models": "- id: magpie\n",
        "inference-club.com/base-path": "/v1",
    }


def test_a_service_that_announces_nothing_carries_no_such_key() -> None:
    metadata = service("ports: {http: 9000}")["metadata"]

    assert not any(key.startswith("inference-club.com/") for key in metadata["labels"])
    assert "annotations" not in metadata


def test_a_service_outside_selects_no_pod_and_names_its_address_in_a_slice() -> None:
    lmstudio = "{address: 192.168.6.19, port: 1234, type: llm, apiKeySecret: lmstudio-key}"
    made, slice_ = objects(f"{HOSTS}{PREFIX}services: {{lmstudio: {lmstudio}}}", "services/lmstudio")

    assert made["spec"] == {"ports": [{"port": 1234}]}
    assert made["metadata"]["annotations"] == {"inference-club.com/api-key-secret": "lmstudio-key"}
    assert (
        slice_["metadata"]["labels"].items()
        >= {
            "kubernetes.io/service-name": "lmstudio",
            "endpointslice.kubernetes.io/managed-by": "pyfleet",
        }.items()
    )
    assert (slice_["addressType"], slice_["ports"], slice_["endpoints"]) == (
        "IPv4",
        [{"name": "", "port": 1234, "protocol": "TCP"}],
        [{"addresses": ["192.168.6.19"], "conditions": {"ready": True}}],
    )


def test_a_load_balancers_port_leads_to_the_containers() -> None:
    spec = service("ports: {http: 8000}, expose: {loadBalancer: 80}")["spec"]

    assert (spec["type"], spec["ports"]) == ("LoadBalancer", [{"name": "http", "port": 80, "targetPort": "http"}])
