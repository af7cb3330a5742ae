"""NVIDIA's exporter of GPU figures: DaemonSets of our own, or the list of fields for the GPU operator's."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from pyfleet.planning.dra import DEVICE_CLASS
from pyfleet.planning.platform.dcgm import EXPORTER, OPERATOR_CONFIG
from pyfleet.rendering.kubernetes.app import Object, metadata, without_empty
from pyfleet.rendering.kubernetes.platform.config_manager import env
from pyfleet.rendering.kubernetes.pods import FILES_DIGEST, GPU_TOLERATION, NAME_LABEL
from pyfleet.rendering.kubernetes.scrapes import node_relabeling, service_scrape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.planning.types.monitoring import DcgmExporterPlan, DcgmFieldPlan, DcgmOperatorPlan, MonitoringPlan
    from pyfleet.rendering.kubernetes.scrapes import Stack

PORT = 9400
GROUP_LABEL = "app.kubernetes.io/instance"
LABELS = {NAME_LABEL: EXPORTER}
FIELDS_FILE = "dcgm-metrics.csv"
"""As the GPU operator calls it."""
FOLDER = "/etc/fleet"
POD_RESOURCES = "/var/lib/kubelet/pod-resources"
CLAIM = "all-gpus"


def exporter_objects(watched: MonitoringPlan) -> Iterator[Object]:
    """Render all exporters, and how they are scraped."""
    for exporter in watched.dcgm:
        yield _config_map(exporter.name, watched.namespace, exporter.fields)
        yield _daemon_set(exporter, watched.namespace)
    if any(exporter.runtime_class is None for exporter in watched.dcgm):
        yield from _claiming(watched.namespace)
    if watched.dcgm:
        yield _service(watched.namespace)
        yield _scrape(watched.kind, EXPORTER, watched.namespace, LABELS, "metrics")
    if watched.dcgm_operator:
        yield from _for_operator(watched.dcgm_operator, watched.kind)


def _for_operator(operator: DcgmOperatorPlan, stack: Stack) -> Iterator[Object]:
    """Render what the GPU operator's exporter reads, and the scrape of the Service that the operator makes."""
    yield _config_map(OPERATOR_CONFIG, operator.namespace, operator.fields)
    yield _scrape(stack, EXPORTER, operator.namespace, {"app": "nvidia-dcgm-exporter"}, "gpu-metrics")


def _scrape(stack: Stack, name: str, namespace: str, selector: dict[str, str], port: str) -> Object:
    return service_scrape(stack, metadata(name, namespace), selector, {"port": port, **node_relabeling(stack)})


def _config_map(name: str, namespace: str, fields: tuple[DcgmFieldPlan, ...]) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": metadata(name, namespace),
        "data": {FIELDS_FILE: _rows(fields)},
    }


def _rows(fields: tuple[DcgmFieldPlan, ...]) -> str:
    rows = "".join(f"{field.name}, {field.type}, {field.help}\n" for field in fields)
    return f"# DCGM's field, Prometheus' type, help\n{rows}"


def _service(namespace: str) -> Object:
    ports = [{"name": "metrics", "port": PORT, "targetPort": "metrics"}]
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata(EXPORTER, namespace, labels=LABELS),
        "spec": {"selector": LABELS, "ports": ports},
    }


def _daemon_set(exporter: DcgmExporterPlan, namespace: str) -> Object:
    labels = {**LABELS, GROUP_LABEL: exporter.name}
    # It reads its list when it starts.
    digest = {FILES_DIGEST: hashlib.sha256(_rows(exporter.fields).encode()).hexdigest()[:16]}
    return {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": metadata(exporter.name, namespace, labels=labels),
        "spec": {
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels, "annotations": digest}, "spec": _pod(exporter)},
        },
    }


def _pod(exporter: DcgmExporterPlan) -> Object:
    claims = exporter.runtime_class is None
    hosts = {"key": "kubernetes.io/hostname", "operator": "In", "values": list(exporter.hosts)}
    selected = {"nodeSelectorTerms": [{"matchExpressions": [hosts]}]}
    return {
        **without_empty(runtimeClassName=exporter.runtime_class),
        "priorityClassName": "system-node-critical",
        **without_empty(serviceAccountName=EXPORTER if claims else None),
        "automountServiceAccountToken": claims,
        "enableServiceLinks": False,
        "affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": selected}},
        "tolerations": [GPU_TOLERATION],
        "securityContext": {"seccompProfile": {"type": "RuntimeDefault"}},
        "containers": [_container(exporter)],
        "volumes": [
            {"name": "fields", "configMap": {"name": exporter.name}},
            # The kubelet tells there which pod has which card.
            {"name": "pod-resources", "hostPath": {"path": POD_RESOURCES, "type": "Directory"}},
        ],
        **without_empty(resourceClaims=[{"name": CLAIM, "resourceClaimTemplateName": EXPORTER}] if claims else None),
    }


def _container(exporter: DcgmExporterPlan) -> Object:
    claims = exporter.runtime_class is None
    health: Object = {"httpGet": {"path": "/health", "port": "metrics"}, "periodSeconds": 10}
    return {
        "name": "exporter",
        "image": exporter.image,
        "args": ["-f", f"{FOLDER}/{FIELDS_FILE}"],
        "env": [
            *env(
                DCGM_EXPORTER_KUBERNETES="true",
                **({"KUBERNETES_VIRTUAL_GPUS": "true"} if exporter.shared else {}),
                **({"KUBERNETES_ENABLE_DRA": "true"} if claims else {"NVIDIA_VISIBLE_DEVICES": "all"}),
            ),
            {"name": "NODE_NAME", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}},
        ],
        "ports": [{"name": "metrics", "containerPort": PORT}],
        "resources": {
            "requests": {"cpu": "50m", "memory": "128Mi"},
            "limits": {"memory": "512Mi"},
            **without_empty(claims=[{"name": CLAIM}] if claims else None),
        },
        # It starts a whole DCGM, and looks at each card.
        "startupProbe": {**health, "failureThreshold": 18},
        "readinessProbe": {**health, "timeoutSeconds": 5},
        "livenessProbe": {**health, "timeoutSeconds": 5, "failureThreshold": 6},
        "securityContext": {
            # The kubelet's socket is root's. The profiler is for who administers the system.
            "runAsUser": 0,
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"], **without_empty(add=["SYS_ADMIN"] if exporter.profiling else None)},
        },
        "volumeMounts": [
            {"name": "fields", "mountPath": FOLDER, "readOnly": True},
            {"name": "pod-resources", "mountPath": POD_RESOURCES, "readOnly": True},
        ],
    }


def _claiming(namespace: str) -> Iterator[Object]:
    """Render a claim of all cards of a host that takes them from nobody, and the right to read what there is."""
    device = {"deviceClassName": DEVICE_CLASS, "allocationMode": "All", "adminAccess": True}
    yield {
        "apiVersion": "resource.k8s.io/v1",
        "kind": "ResourceClaimTemplate",
        "metadata": metadata(EXPORTER, namespace),
        "spec": {"spec": {"devices": {"requests": [{"name": "gpus", "exactly": device}]}}},
    }
    group = "rbac.authorization.k8s.io"
    verbs = ["get", "list", "watch"]
    rules = [{"apiGroups": ["resource.k8s.io"], "resources": ["resourceslices"], "verbs": verbs}]
    yield {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata(EXPORTER, namespace)}
    yield {"apiVersion": f"{group}/v1", "kind": "ClusterRole", "metadata": metadata(EXPORTER), "rules": rules}
    yield {
        "apiVersion": f"{group}/v1",
        "kind": "ClusterRoleBinding",
        "metadata": metadata(EXPORTER),
        "roleRef": {"apiGroup": group, "kind": "ClusterRole", "name": EXPORTER},
        "subjects": [{"kind": "ServiceAccount", "name": EXPORTER, "namespace": namespace}],
    }
