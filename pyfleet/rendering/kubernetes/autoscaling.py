"""KEDA's ScaledObjects: copies after the length of a queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyfleet.planning.types.services import AutoscalePlan
    from pyfleet.rendering.kubernetes.app import Object


def scaled_object(plan: AutoscalePlan, target: Object, meta: Object) -> Object:
    """Render what scales an object."""
    return {
        "apiVersion": "keda.sh/v1alpha1",
        "kind": "ScaledObject",
        "metadata": meta,
        "spec": {
            "scaleTargetRef": {
                "apiVersion": target["apiVersion"],
                "kind": target["kind"],
                "name": target["metadata"]["name"],
            },
            "minReplicaCount": plan.min_replicas,
            "maxReplicaCount": plan.max_replicas,
            "cooldownPeriod": plan.cooldown,
            "triggers": [
                {
                    "type": "prometheus",
                    # Texts, all of them: KEDA has no numbers here.
                    "metadata": {
                        "serverAddress": plan.server,
                        "query": plan.query,
                        "threshold": str(plan.threshold),
                    },
                }
            ],
        },
    }
