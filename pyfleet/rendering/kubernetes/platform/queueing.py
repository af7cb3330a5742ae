"""Kueue's objects: flavours, the cluster queue, local queues."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.rendering.kubernetes.app import App, Object, metadata
from pyfleet.rendering.kubernetes.pods import GPU_TOLERATION

if TYPE_CHECKING:
    from pyfleet.planning.types.platform import FlavorPlan, QueueingPlan
    from pyfleet.planning.types.whole import Plan

API = "kueue.x-k8s.io/v1beta2"
QUEUE_LABEL = "kueue.x-k8s.io/queue-name"


def queueing(plan: Plan) -> App | None:
    """Render Kueue's queues."""
    queues = plan.queueing
    if queues is None:
        return None
    flavors = [_flavor(flavor) for flavor in queues.flavors]
    locals_ = [
        {
            "apiVersion": API,
            "kind": "LocalQueue",
            "metadata": metadata(name, namespace),
            "spec": {"clusterQueue": queues.cluster_queue},
        }
        for namespace, name in queues.local_queues
    ]
    return App("platform/queueing", (*flavors, _cluster_queue(queues), *locals_))


def _flavor(flavor: FlavorPlan) -> Object:
    return {
        "apiVersion": API,
        "kind": "ResourceFlavor",
        "metadata": metadata(flavor.name),
        "spec": {"nodeLabels": flavor.node_labels, "tolerations": [GPU_TOLERATION]},
    }


def _cluster_queue(queues: QueueingPlan) -> Object:
    namespaces = {"key": "kubernetes.io/metadata.name", "operator": "In", "values": list(queues.namespaces)}
    return {
        "apiVersion": API,
        "kind": "ClusterQueue",
        "metadata": metadata(queues.cluster_queue),
        "spec": {
            "namespaceSelector": {"matchExpressions": [namespaces]},
            "queueingStrategy": "BestEffortFIFO",
            "preemption": {"withinClusterQueue": "LowerPriority"},
            "resourceGroups": [
                {
                    "coveredResources": list(queues.flavors[0].quota),
                    "flavors": [
                        {
                            "name": flavor.name,
                            "resources": [
                                {"name": resource, "nominalQuota": amount} for resource, amount in flavor.quota.items()
                            ],
                        }
                        for flavor in queues.flavors
                    ],
                }
            ],
        },
    }
