"""The nodes of a plan, as their kubelets and NVIDIA's device plugin would register them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from pyfleet.nvidia import DEVICE_CLASS, GPU_RESOURCE
from pyfleet.resolved.capacity import allocatable
from pyfleet.resolved.labels import ARCH, HOSTNAME, OS, architecture_of, is_dra

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.planning.types.hosts import NodePlan
    from pyfleet.planning.types.whole import Plan
    from tests.cluster.api import Object

KUBERNETES = "v1.35.6+k3s1"
UNSTATED = {"cpu": "1k", "memory": "16Ti", "ephemeral-storage": "16Ti"}
"""Of a host whose size the fleet file doesn't state: whatever is asked of it is there."""


def node(planned: NodePlan, plan: Plan) -> Object:
    """Make the Node of a host."""
    host = planned.spec
    cards = plan.resolved.cards.get(planned.name, ())
    gpus = 0 if is_dra(host) else sum(card.slots for card in cards)
    known = allocatable(plan.resolved)[planned.name]
    size = {
        **UNSTATED,
        **{name: f"{amount}m" if name == "cpu" else str(amount) for name, amount in known.items()},
        **({GPU_RESOURCE: str(gpus)} if gpus else {}),
    }
    own = {HOSTNAME: planned.name, OS: "linux", ARCH: architecture_of(host)}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": planned.name, "labels": {**planned.labels, **own}},
        "spec": {"taints": [taint(text) for text in host.taints]},
        "status": {
            "capacity": size,
            "allocatable": size,
            "addresses": [{"type": "InternalIP", "address": str(host.address)}],
            "nodeInfo": {
                **dict.fromkeys(
                    ("machineID", "systemUUID", "bootID", "kernelVersion", "osImage", "containerRuntimeVersion"), ""
                ),
                "kubeletVersion": KUBERNETES,
                "kubeProxyVersion": "",
                "operatingSystem": "linux",
                "architecture": own[ARCH],
            },
        },
    }


def taint(text: str) -> Object:
    """Read a taint as k3s' `--node-taint` takes it: `key=value:effect`."""
    rest, _, effect = text.rpartition(":")
    key, _, value = rest.partition("=")
    return {"key": key, "effect": effect, **({"value": value} if value else {})}


def resource_slices(plan: Plan) -> Iterator[Object]:
    """Make what NVIDIA's DRA driver publishes of hosts whose cards are claimed."""
    for planned in plan.nodes:
        if is_dra(planned.spec) and planned.spec.gpus:
            products = [plan.resolved.products[name].product for name in planned.spec.gpus]
            yield {
                "apiVersion": "resource.k8s.io/v1",
                "kind": "ResourceSlice",
                "metadata": {"name": f"{planned.name}-gpu"},
                "spec": {
                    "driver": DEVICE_CLASS,
                    "nodeName": planned.name,
                    "pool": {"name": planned.name, "generation": 1, "resourceSliceCount": 1},
                    "devices": [
                        {
                            "name": f"gpu-{index}",
                            "attributes": {"type": {"string": "gpu"}, "productName": {"string": product}},
                        }
                        for index, product in enumerate(products)
                    ],
                },
            }


def planned_pods(plan: Plan) -> dict[str, Counter[str]]:
    """Where the plan has the pods that run always: hosts by workload, with the number of pods on each."""
    found: dict[str, Counter[str]] = {}
    for row in plan.assignments:
        if row.turn == "always":
            found.setdefault(row.workload, Counter())[row.host] += 1
    return found
