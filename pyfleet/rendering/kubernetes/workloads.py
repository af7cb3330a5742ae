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

STARTED, BY_HAND = "started", "by-hand"
"""The fleet's own label on what somebody scales up when it is needed."""

STRATEGIES: dict[str, Object] = {
    "Recreate": {"type": "Recreate"},
    # With Kubernetes' own numbers. If it fills them in itself they are nobody's: an apply that makes it Recreate can't
    # take them away, and is refused.
    "RollingUpdate": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}},
}


def workload_apps(plan: Plan) -> Iterator[App]:
    """Render each workload into its folder."""
    offers = plan.resolved.offers
    controllers = dict(_controllers(offers.queue_label))
    for part in plan.resolved.parts:
        controllers |= part.controllers
    for workload in plan.workloads:
        controller = controllers[workload.spec.kind]
        objects = [controller.render(workload, _controller_meta(workload, plan.resolved.fleet.cluster.domain))]
        if workload.ports:
            objects.append(_service(workload, controller.serving, offers.address_annotation))
        if workload.files:
            objects.append(_config_map(workload))
        if workload.claim:
            objects.append(claim_template(workload, _meta(workload)))
        yield App(workload.folder, tuple(objects), tuple(workload.spec.patches), own_name=workload.name)


def _controller_meta(workload: WorkloadPlan, domain: str) -> Object:
    """Mark what is started by hand, so that an apply can leave it alone while it runs.

    Argo CD, which ignores its replicas, sees by the same label that a workload is switched off: without another
    difference it would keep running.
    """
    started = {f"{domain}/{STARTED}": BY_HAND} if workload.replicas == 0 else {}
    return metadata(workload.name, workload.spec.namespace, labels={NAME_LABEL: workload.name, **started})


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
            "strategy": STRATEGIES[workload.strategy],
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


def _job_spec(workload: WorkloadPlan, *, suspended: bool = False) -> Object:
    return {
        "backoffLimit": workload.spec.backoff_limit,
        **without_empty(activeDeadlineSeconds=workload.active_deadline, suspend=suspended or None),
        "podFailurePolicy": NO_FAILURE,
        "template": pod_template(workload, restart_policy="Never"),
    }


def _controllers(queue_label: str) -> Mapping[str, Controller]:
    """Make the controllers of Kubernetes' own kinds; a job names its queue by this label."""

    def queue(workload: WorkloadPlan) -> Object:
        return {queue_label: workload.queue} if workload.queue else {}

    def job(workload: WorkloadPlan, meta: Object) -> Object:
        labels = {**meta["labels"], **queue(workload)}
        # The queue's controller suspends it when it is made. If that were here too, each apply while it runs would end
        # with a conflict, or stop it.
        return {
            "apiVersion": "batch/v1",
            "kind": "Job",
            "metadata": {**meta, "labels": labels},
            "spec": _job_spec(workload),
        }

    def cron_job(workload: WorkloadPlan, meta: Object) -> Object:
        # Nobody changes this template, so it does no harm here, and holds jobs back while the controller is away.
        spec = _job_spec(workload, suspended=workload.queue is not None)
        template = {**without_empty(metadata=without_empty(labels=queue(workload))), "spec": spec}
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
