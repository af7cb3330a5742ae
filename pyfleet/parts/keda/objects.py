"""KEDA's ScaledObjects: replicas by the length of a queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.rendering.kubernetes.app import NAME_LABEL, Object, metadata
from pyfleet.units import seconds_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyfleet.model.workloads import Autoscale
    from pyfleet.planning.types.whole import Plan
    from pyfleet.planning.types.workloads import WorkloadPlan

API_VERSIONS = {"LeaderWorkerSet": "leaderworkerset.x-k8s.io/v1"}
"""API versions of what can be scaled; `apps/v1` for all others."""


def entry_objects(plan: Plan) -> Mapping[str, list[Object]]:
    """Render the ScaledObject of each workload with `autoscale`, by the workload's folder."""
    return {
        workload.folder: [_scaled_object(workload, workload.spec.autoscale)]
        for workload in plan.workloads
        if workload.spec.autoscale
    }


def _scaled_object(workload: WorkloadPlan, autoscale: Autoscale) -> Object:
    kind = workload.spec.kind
    return {
        "apiVersion": "keda.sh/v1alpha1",
        "kind": "ScaledObject",
        "metadata": metadata(workload.name, workload.spec.namespace, labels={NAME_LABEL: workload.name}),
        "spec": {
            "scaleTargetRef": {
                "apiVersion": API_VERSIONS.get(kind, "apps/v1"),
                "kind": kind,
                "name": workload.name,
            },
            "minReplicaCount": autoscale.min_replicas,
            "maxReplicaCount": autoscale.max_replicas,
            "cooldownPeriod": seconds_of(autoscale.cooldown),
            "triggers": [
                {
                    "type": "prometheus",
                    # All values are text: KEDA accepts no numbers here.
                    "metadata": {
                        "serverAddress": autoscale.prometheus,
                        "query": autoscale.query,
                        "threshold": str(autoscale.threshold),
                    },
                }
            ],
        },
    }
