"""LeaderWorkerSets: groups of pods on several hosts that serve one model together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.rendering.kubernetes.app import NAME_LABEL, Object
from pyfleet.rendering.kubernetes.pods import pod_template, replicas
from pyfleet.resolved.labels import HOSTNAME

if TYPE_CHECKING:
    from pyfleet.planning.types.workloads import WorkloadPlan

GROUP_LABEL = "leaderworkerset.sigs.k8s.io/group-index"
ROLE_LABEL = "app.kubernetes.io/component"
LEADER, WORKER = "leader", "worker"


def leader_worker_set(workload: WorkloadPlan, meta: Object) -> Object:
    """Render a LeaderWorkerSet. Its pods know who they are by LWS_WORKER_INDEX and LWS_LEADER_ADDRESS."""
    return {
        "apiVersion": "leaderworkerset.x-k8s.io/v1",
        "kind": "LeaderWorkerSet",
        "metadata": meta,
        "spec": {
            **replicas(workload),
            "leaderWorkerTemplate": {
                "size": workload.spec.size,
                # A part of a group computes nothing, and doesn't notice that the others are gone.
                "restartPolicy": "RecreateGroupOnPodRestart",
                "leaderTemplate": _template(workload, LEADER),
                "workerTemplate": _template(workload, WORKER),
            },
            # By default the controller's own headless Service has the set's name, which is that of the Service below.
            "networkConfig": {"subdomainPolicy": "UniquePerReplica"},
        },
    }


def _template(workload: WorkloadPlan, role: str) -> Object:
    template = pod_template(workload)
    template["metadata"]["labels"] = {**template["metadata"]["labels"], ROLE_LABEL: role}
    template["spec"]["affinity"] = {"podAntiAffinity": _apart(workload)}
    if role == WORKER:
        # Only the leader serves: with probes a worker would be killed, because it doesn't answer.
        for container in template["spec"]["containers"]:
            for key in ("ports", "startupProbe", "readinessProbe", "livenessProbe"):
                container.pop(key, None)
    return template


def _apart(workload: WorkloadPlan) -> Object:
    """Render that no two pods of one group are on one host."""
    return {
        "requiredDuringSchedulingIgnoredDuringExecution": [
            {
                "labelSelector": {"matchLabels": {NAME_LABEL: workload.name}},
                "matchLabelKeys": [GROUP_LABEL],
                "topologyKey": HOSTNAME,
            }
        ]
    }
