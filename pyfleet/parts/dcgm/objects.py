"""NVIDIA's exporter of GPU metrics: our own DaemonSets, or the list of fields for the GPU operator's exporter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.digest import digest
from pyfleet.nvidia import DCGM_IMAGE, DCGM_OPERATOR_CONFIG, DEVICE_CLASS, VISIBLE_DEVICES
from pyfleet.offers.pods import PlatformPods, daemon_pods
from pyfleet.parts.dcgm.decisions import EXPORTER, dcgm_exporters, operator_fields
from pyfleet.rendering.kubernetes.app import (
    FILES_DIGEST,
    GPU_TOLERATION,
    MONITORING,
    NAME_LABEL,
    App,
    Object,
    cluster_access,
    daemon_set,
    env,
    env_of_node,
    metadata,
    without_empty,
)
from pyfleet.rendering.kubernetes.scrapes import node_relabeling, service_scrape
from pyfleet.resolved.labels import HOSTNAME

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pyfleet.model.catalog import DcgmField
    from pyfleet.offers.offers import Stack
    from pyfleet.parts.dcgm.decisions import Exporter
    from pyfleet.planning.types.whole import Plan
    from pyfleet.resolved import Resolved

ADMIN_ACCESS = "resource.kubernetes.io/admin-access"
"""Without it the API server refuses a claim with `adminAccess`."""
PORT = 9400
GROUP_LABEL = "app.kubernetes.io/instance"
LABELS = {NAME_LABEL: EXPORTER}
FIELDS_FILE = "dcgm-metrics.csv"
"""The name that the GPU operator gives it."""
MOUNT = "/etc/fleet"
POD_RESOURCES = "/var/lib/kubelet/pod-resources"
CLAIM = "all-gpus"


def apps(plan: Plan) -> Iterator[App]:
    """Render all exporters, and how they are scraped."""
    offers = plan.resolved.offers
    if offers.metrics:
        objects = [
            *_own(dcgm_exporters(plan.resolved), offers.metrics, offers.metrics_namespace),
            *_of_operator(operator_fields(plan.resolved), offers.metrics, offers.gpu_operator),
        ]
        yield App(MONITORING, tuple(objects))


def pods(resolved: Resolved) -> Iterator[PlatformPods]:
    """List what the exporters book."""
    if resolved.offers.metrics:
        for exporter in dcgm_exporters(resolved):
            yield daemon_pods(exporter.name, _pod(exporter), exporter.hosts)


def marks(plan: Plan) -> Callable[[Object], Object] | None:
    """Allow the exporters' namespace to claim cards that others use, where DRA gives them out."""
    namespace = plan.resolved.offers.metrics_namespace
    claims = namespace and any(exporter.runtime_class is None for exporter in dcgm_exporters(plan.resolved))

    def mark(body: Object) -> Object:
        is_ours = body["kind"] == "Namespace" and body["metadata"]["name"] == namespace
        return {"labels": {ADMIN_ACCESS: "true"}} if is_ours else {}

    return mark if claims else None


def _own(exporters: Sequence[Exporter], stack: Stack, namespace: str) -> Iterator[Object]:
    for exporter in exporters:
        yield _config_map(exporter.name, namespace, exporter.fields)
        yield _daemon_set(exporter, namespace)
    if any(exporter.runtime_class is None for exporter in exporters):
        yield _claim_template(namespace)
        yield from cluster_access(EXPORTER, namespace, group="resource.k8s.io", resource="resourceslices")
    if exporters:
        yield _service(namespace)
        yield _scrape(stack, namespace, LABELS, "metrics")


def _of_operator(fields: dict[str, DcgmField], stack: Stack, namespace: str) -> Iterator[Object]:
    """Render what the GPU operator's exporter reads, and the scrape of the Service that the operator makes."""
    if fields:
        yield _config_map(DCGM_OPERATOR_CONFIG, namespace, fields)
        yield _scrape(stack, namespace, {"app": "nvidia-dcgm-exporter"}, "gpu-metrics")


def _scrape(stack: Stack, namespace: str, selector: dict[str, str], port: str) -> Object:
    return service_scrape(stack, metadata(EXPORTER, namespace), selector, {"port": port, **node_relabeling(stack)})


def _config_map(name: str, namespace: str, fields: dict[str, DcgmField]) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": metadata(name, namespace),
        "data": {FIELDS_FILE: _rows(fields)},
    }


def _rows(fields: dict[str, DcgmField]) -> str:
    rows = "".join(f"{name}, {field.type}, {field.help}\n" for name, field in fields.items())
    return f"# DCGM's field, Prometheus' type, help\n{rows}"


def _service(namespace: str) -> Object:
    ports = [{"name": "metrics", "port": PORT, "targetPort": "metrics"}]
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata(EXPORTER, namespace, labels=LABELS),
        "spec": {"selector": LABELS, "ports": ports},
    }


def _daemon_set(exporter: Exporter, namespace: str) -> Object:
    labels = {**LABELS, GROUP_LABEL: exporter.name}
    # It reads its list when it starts.
    annotations = {FILES_DIGEST: digest(_rows(exporter.fields))}
    return daemon_set(exporter.name, namespace, _pod(exporter), labels=labels, annotations=annotations)


def _pod(exporter: Exporter) -> Object:
    claims = exporter.runtime_class is None
    hosts = {"key": HOSTNAME, "operator": "In", "values": list(exporter.hosts)}
    selected = {"nodeSelectorTerms": [{"matchExpressions": [hosts]}]}
    return {
        **without_empty(runtimeClassName=exporter.runtime_class),
        "priorityClassName": "system-node-critical",
        **without_empty(serviceAccountName=EXPORTER if claims else None),
        "automountServiceAccountToken": claims,
        "enableServiceLinks": False,
        "affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": selected}},
        "tolerations": [GPU_TOLERATION, *exporter.tolerations],
        "securityContext": {"seccompProfile": {"type": "RuntimeDefault"}},
        "containers": [_container(exporter)],
        "volumes": [
            {"name": "fields", "configMap": {"name": exporter.name}},
            # The kubelet reports there which pod has which card.
            {"name": "pod-resources", "hostPath": {"path": POD_RESOURCES, "type": "Directory"}},
        ],
        **without_empty(resourceClaims=[{"name": CLAIM, "resourceClaimTemplateName": EXPORTER}] if claims else None),
    }


def _container(exporter: Exporter) -> Object:
    claims = exporter.runtime_class is None
    health: Object = {"httpGet": {"path": "/health", "port": "metrics"}, "periodSeconds": 10}
    return {
        "name": "exporter",
        "image": DCGM_IMAGE,
        "args": ["-f", f"{MOUNT}/{FIELDS_FILE}"],
        "env": [
            *env(
                DCGM_EXPORTER_KUBERNETES="true",
                **({"KUBERNETES_VIRTUAL_GPUS": "true"} if exporter.shared else {}),
                **({"KUBERNETES_ENABLE_DRA": "true"} if claims else {VISIBLE_DEVICES: "all"}),
            ),
            env_of_node("NODE_NAME"),
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
            # The kubelet's socket belongs to root. The profiler needs SYS_ADMIN.
            "runAsUser": 0,
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"], **without_empty(add=["SYS_ADMIN"] if exporter.profiling else None)},
        },
        "volumeMounts": [
            {"name": "fields", "mountPath": MOUNT, "readOnly": True},
            {"name": "pod-resources", "mountPath": POD_RESOURCES, "readOnly": True},
        ],
    }


def _claim_template(namespace: str) -> Object:
    """Render a claim of all cards of a host, which doesn't take them from other pods."""
    device = {"deviceClassName": DEVICE_CLASS, "allocationMode": "All", "adminAccess": True}
    return {
        "apiVersion": "resource.k8s.io/v1",
        "kind": "ResourceClaimTemplate",
        "metadata": metadata(EXPORTER, namespace),
        "spec": {"spec": {"devices": {"requests": [{"name": "gpus", "exactly": device}]}}},
    }
