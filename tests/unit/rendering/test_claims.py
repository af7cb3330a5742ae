"""How claims of cards are spelled."""

from __future__ import annotations

from typing import Any

from tests.unit.fleets import named, objects

HOSTS = """
hosts:
  first: {role: server, address: 10.0.0.1}
  claimed: {address: 10.0.0.2, os: linux, gpus: [rtx-5090, rtx-4090], allocation: dra}
"""


def rendered(gpu: str) -> dict[str, dict[str, Any]]:
    return named(objects(f"{HOSTS}workloads: {{it: {{image: a/b:1, gpu: {gpu}}}}}", "workloads/it"))


def requests(gpu: str) -> list[dict[str, Any]]:
    template = rendered(gpu)["ResourceClaimTemplate/it"]
    assert template["apiVersion"] == "resource.k8s.io/v1"
    asked: list[dict[str, Any]] = template["spec"]["spec"]["devices"]["requests"]
    return asked


def test_a_pod_claims_its_cards_and_asks_for_none_by_count() -> None:
    spec = rendered("{memory: 28Gi}")["Deployment/it"]["spec"]["template"]["spec"]
    (container,) = spec["containers"]

    assert spec["resourceClaims"] == [{"name": "gpu", "resourceClaimTemplateName": "it"}]
    assert container["resources"]["claims"] == [{"name": "gpu"}]
    assert "nvidia.com/gpu" not in container["resources"]["limits"]
    assert "env" not in container


def test_a_claim_is_for_the_kind_of_card_that_memory_was_planned_on_by_nvmls_name_but_for_blanks() -> None:
    name = "device.attributes['gpu.nvidia.com'].productName.replace(' ', '-')"

    assert requests("{memory: 28Gi}") == [
        {
            "name": "rtx-5090",
            "exactly": {
                "deviceClassName": "gpu.nvidia.com",
                "allocationMode": "ExactCount",
                "count": 1,
                "selectors": [{"cel": {"expression": f"{name} == 'NVIDIA-GeForce-RTX-5090'"}}],
            },
        }
    ]


def test_unlike_cards_are_claimed_one_by_one() -> None:
    both = requests("{count: 2, memory: 40Gi}")

    assert [(each["name"], each["exactly"]["count"]) for each in both] == [("rtx-4090", 1), ("rtx-5090", 1)]
