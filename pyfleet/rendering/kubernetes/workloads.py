"""Workloads: the controller of each kind, its Service and its ConfigMap."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.planning.platform.load_balancer import ADDRESS_ANNOTATION
from pyfleet.rendering.kubernetes.app import App, Object, metadata, without_empty
from pyfleet.rendering.kubernetes.autoscaling import scaled_object
from pyfleet.rendering.kubernetes.claims import claim_template
from pyfleet.rendering.kubernetes.discovery import discovery_annotations, discovery_labels
from pyfleet.rendering.kubernetes.groups import LEADER, ROLE_LABEL, leader_worker_set
from pyfleet.rendering.kubernetes.platform.queueing import QUEUE_LABEL
from pyfleet.rendering.kubernetes.platform.storage import claim_spec
from pyfleet.rendering.kubernetes.pods import NAME_LABEL, pod_template, replicas
from pyfleet.rendering.kubernetes.routes import route_objects
from pyfleet.rendering.kubernetes.watching import watching_objects

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pyfleet.planning.types.whole import Plan
    from pyfleet.planning.types.workloads import WorkloadPlan


def workload_apps(plan: Plan) -> Iterator[App]:
    """Render each workload into its folder."""
    routes, watching = route_objects(plan, "workload"), watching_objects(plan, "workloads")
    for workload in plan.workloads:
        objects = [CONTROLLERS[workload.kind](workload)]
        if plan.gitops and workload.replicas == 0:
            _mark_as_started_by_hand(objects[0], plan)
        if workload.ports:
            objects.append(_service(workload))
        if workload.files:
            objects.append(_config_map(workload))
        if workload.claim:
            objects.append(claim_template(workload, _meta(workload)))
        if workload.autoscale:
            objects.append(scaled_object(workload.autoscale, objects[0], _meta(workload)))
        objects += routes.get(workload.name, [])
        objects += watching.get(workload.name, [])
        patches = tuple(_patch(patch.body, objects) for patch in workload.patches)
        yield App(f"workloads/{workload.name}", tuple(objects), patches, own_name=workload.name)


def _mark_as_started_by_hand(controller: Object, plan: Plan) -> None:
    """Change it beside its number of copies, which Argo CD leaves alone: else one that is switched off would run on."""
    controller["metadata"]["annotations"] = {f"{plan.domain}/started": "by-hand"}


def _meta(workload: WorkloadPlan) -> Object:
    return metadata(workload.name, workload.namespace, labels={NAME_LABEL: workload.name})


def _deployment(workload: WorkloadPlan) -> Object:
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": _meta(workload),
        "spec": {
            **replicas(workload),
            "revisionHistoryLimit": 3,
            **without_empty(progressDeadlineSeconds=workload.progress_deadline),
            "strategy": {"type": workload.strategy},
            "selector": {"matchLabels": {NAME_LABEL: workload.name}},
            "template": pod_template(workload),
        },
    }


def _stateful_set(workload: WorkloadPlan) -> Object:
    templates = [
        {"metadata": {"name": volume.name}, "spec": claim_spec(volume.claim_template)}
        for volume in workload.volumes
        if volume.claim_template is not None
    ]
    return {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": _meta(workload),
        "spec": {
            **replicas(workload),
            "revisionHistoryLimit": 3,
            **without_empty(serviceName=workload.name if workload.ports else None),
            "selector": {"matchLabels": {NAME_LABEL: workload.name}},
            "template": pod_template(workload),
            **without_empty(volumeClaimTemplates=templates),
        },
    }


def _queue_label(workload: WorkloadPlan) -> Object:
    return {QUEUE_LABEL: workload.queue} if workload.queue else {}


def _job_spec(workload: WorkloadPlan) -> Object:
    return {
        "backoffLimit": workload.backoff_limit,
        **without_empty(
            activeDeadlineSeconds=workload.active_deadline,
            # Kueue starts it when its cards are free.
            suspend=True if workload.queue else None,
        ),
        "template": pod_template(workload, restart_policy="Never"),
    }


def _job(workload: WorkloadPlan) -> Object:
    body = _meta(workload)
    body["labels"] = {**body["labels"], **_queue_label(workload)}
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": body, "spec": _job_spec(workload)}


def _cron_job(workload: WorkloadPlan) -> Object:
    template = {
        **without_empty(metadata=without_empty(labels=_queue_label(workload))),
        "spec": _job_spec(workload),
    }
    return {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": _meta(workload),
        "spec": {
            "schedule": workload.schedule,
            "concurrencyPolicy": "Forbid",
            "jobTemplate": template,
        },
    }


def _leader_worker_set(workload: WorkloadPlan) -> Object:
    return leader_worker_set(workload, _meta(workload))


CONTROLLERS: dict[str, Callable[[WorkloadPlan], Object]] = {
    "Deployment": _deployment,
    "StatefulSet": _stateful_set,
    "LeaderWorkerSet": _leader_worker_set,
    "Job": _job,
    "CronJob": _cron_job,
}


def _service(workload: WorkloadPlan) -> Object:
    kind = _service_type(workload)
    leaders = {ROLE_LABEL: LEADER} if workload.kind == "LeaderWorkerSet" else {}
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata(
            workload.name,
            workload.namespace,
            labels={NAME_LABEL: workload.name, **discovery_labels(workload.discovery)},
            annotations={
                **discovery_annotations(workload.discovery),
                **without_empty(**{ADDRESS_ANNOTATION: workload.address}),
            },
        ),
        "spec": {
            **without_empty(
                type=kind,
                clusterIP="None" if workload.kind == "StatefulSet" and kind is None else None,
            ),
            "selector": {NAME_LABEL: workload.name, **leaders},
            "ports": [
                {
                    "name": port.name,
                    "port": port.service_port,
                    "targetPort": port.name,
                    **without_empty(nodePort=port.node_port),
                }
                for port in workload.ports
            ],
        },
    }


def _service_type(workload: WorkloadPlan) -> str | None:
    if any(port.load_balancer for port in workload.ports):
        return "LoadBalancer"
    return "NodePort" if any(port.node_port for port in workload.ports) else None


def _config_map(workload: WorkloadPlan) -> Object:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": _meta(workload), "data": workload.files}


def _patch(body: Object, objects: list[Object]) -> Object:
    """Complete a patch with the identity of the object it is for."""
    target = next(each for each in objects if each["kind"] == body["kind"])
    own = body.get("metadata") or {}
    identity = {"name": target["metadata"]["name"], "namespace": target["metadata"]["namespace"]}
    return {"apiVersion": target["apiVersion"], **body, "metadata": {**own, **identity}}
