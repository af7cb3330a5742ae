"""Workloads: the controller of each kind, its Service and its ConfigMap."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.offers.part import Controller
from pyfleet.rendering.kubernetes.app import NAME_LABEL, App, Object, metadata, without_empty
from pyfleet.rendering.kubernetes.claims import claim_template
from pyfleet.rendering.kubernetes.discovery import discovery_annotations, discovery_labels
from pyfleet.rendering.kubernetes.pods import pod_template, replicas
from pyfleet.rendering.kubernetes.storage import claim_spec

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pyfleet.planning.types.whole import Plan
    from pyfleet.planning.types.workloads import WorkloadPlan


def workload_apps(plan: Plan) -> Iterator[App]:
    """Render each workload into its folder."""
    offers = plan.resolved.offers
    controllers = dict(_controllers(offers.queue_label))
    for part in plan.resolved.parts:
        controllers |= part.controllers
    for workload in plan.workloads:
        controller = controllers[workload.spec.kind]
        objects = [controller.render(workload, _meta(workload))]
        if workload.ports:
            objects.append(_service(workload, controller.serving, offers.address_annotation))
        if workload.files:
            objects.append(_config_map(workload))
        if workload.claim:
            objects.append(claim_template(workload, _meta(workload)))
        yield App(workload.folder, tuple(objects), tuple(workload.spec.patches), own_name=workload.name)


def _meta(workload: WorkloadPlan) -> Object:
    return metadata(workload.name, workload.spec.namespace, labels={NAME_LABEL: workload.name})


def _deployment(workload: WorkloadPlan, meta: Object) -> Object:
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": meta,
        "spec": {
            **replicas(workload),
            "revisionHistoryLimit": 3,
            **without_empty(progressDeadlineSeconds=workload.progress_deadline),
            "strategy": {"type": workload.strategy},
            "selector": {"matchLabels": {NAME_LABEL: workload.name}},
            "template": pod_template(workload),
        },
    }


def _stateful_set(workload: WorkloadPlan, meta: Object) -> Object:
    templates = [
        {"metadata": {"name": volume.name}, "spec": claim_spec(volume.claim_template)}
        for volume in workload.volumes
        if volume.claim_template is not None
    ]
    return {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": meta,
        "spec": {
            **replicas(workload),
            "revisionHistoryLimit": 3,
            **without_empty(serviceName=workload.name if workload.ports else None),
            "selector": {"matchLabels": {NAME_LABEL: workload.name}},
            "template": pod_template(workload),
            **without_empty(volumeClaimTemplates=templates),
        },
    }


# A pod that makes way for one that outranks it, or whose host is drained, did not fail. Counted as a failure, the first
# time would end a job for good: with `backoffLimit: 0` it would never run again.
NO_FAILURE = {
    "rules": [{"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]}],
}


def _job_spec(workload: WorkloadPlan) -> Object:
    return {
        "backoffLimit": workload.spec.backoff_limit,
        **without_empty(
            activeDeadlineSeconds=workload.active_deadline,
            # The queue's controller starts it when its cards are free.
            suspend=True if workload.queue else None,
        ),
        "podFailurePolicy": NO_FAILURE,
        "template": pod_template(workload, restart_policy="Never"),
    }


def _controllers(queue_label: str) -> Mapping[str, Controller]:
    """Make the controllers of Kubernetes' own kinds; a job names its queue by this label."""

    def queue(workload: WorkloadPlan) -> Object:
        return {queue_label: workload.queue} if workload.queue else {}

    def job(workload: WorkloadPlan, meta: Object) -> Object:
        labels = {**meta["labels"], **queue(workload)}
        return {
            "apiVersion": "batch/v1",
            "kind": "Job",
            "metadata": {**meta, "labels": labels},
            "spec": _job_spec(workload),
        }

    def cron_job(workload: WorkloadPlan, meta: Object) -> Object:
        template = {**without_empty(metadata=without_empty(labels=queue(workload))), "spec": _job_spec(workload)}
        return {
            "apiVersion": "batch/v1",
            "kind": "CronJob",
            "metadata": meta,
            "spec": {
                "schedule": workload.spec.schedule,
                "concurrencyPolicy": "Forbid",
                "jobTemplate": template,
            },
        }

    return {
        "Deployment": Controller(_deployment),
        "StatefulSet": Controller(_stateful_set),
        "Job": Controller(job),
        "CronJob": Controller(cron_job),
    }


def _service(workload: WorkloadPlan, serving: Mapping[str, str], address_annotation: str) -> Object:
    kind = _service_type(workload)
    balancer = workload.spec.expose.load_balancer
    address = {address_annotation: balancer.address} if balancer and address_annotation else {}
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata(
            workload.name,
            workload.spec.namespace,
            labels={NAME_LABEL: workload.name, **discovery_labels(workload.discovery)},
            annotations={
                **discovery_annotations(workload.discovery),
                **without_empty(**address),
            },
        ),
        "spec": {
            **without_empty(
                type=kind,
                clusterIP="None" if workload.spec.kind == "StatefulSet" and kind is None else None,
            ),
            "selector": {NAME_LABEL: workload.name, **serving},
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
