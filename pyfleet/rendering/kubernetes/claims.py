"""Claims of Dynamic Resource Allocation: which cards a pod is to get, by their attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.nvidia import DEVICE_CLASS
from pyfleet.rendering.kubernetes.app import Object

if TYPE_CHECKING:
    from pyfleet.planning.types.workloads import CardsPlan, WorkloadPlan

CLAIM = "gpu"
"""What the claim is called inside its pod."""


def claim_template(workload: WorkloadPlan, meta: Object) -> Object:
    """Render the template that each pod's own claim is made from."""
    cards = workload.claim.cards if workload.claim else {}
    requests = [_request(name, each) for name, each in cards.items()]
    return {
        "apiVersion": "resource.k8s.io/v1",
        "kind": "ResourceClaimTemplate",
        "metadata": meta,
        "spec": {"spec": {"devices": {"requests": requests}}},
    }


def _request(name: str, cards: CardsPlan) -> Object:
    # The driver gives NVML's name, as in "NVIDIA GeForce RTX 5090".
    product = f"device.attributes['{DEVICE_CLASS}'].productName"
    return {
        "name": name.replace(".", "-"),
        "exactly": {
            "deviceClassName": DEVICE_CLASS,
            "allocationMode": "ExactCount",
            "count": cards.count,
            "selectors": [{"cel": {"expression": f"{product}.replace(' ', '-') == '{cards.product}'"}}],
        },
    }


def pod_claims(workload: WorkloadPlan) -> list[Object]:
    """Render what a pod claims."""
    return [{"name": CLAIM, "resourceClaimTemplateName": workload.name}] if workload.claim else []


def container_claims(workload: WorkloadPlan) -> Object:
    """Render a container's use of its pod's claims, as a part of its resources."""
    return {"claims": [{"name": CLAIM}]} if workload.claim else {}
