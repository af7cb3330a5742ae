"""What a folder of manifests is, and the parts that every object has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyfleet import nvidia
from pyfleet.rendering.yaml import dump
from pyfleet.units import canonical

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = "kubernetes"
MANIFESTS = "manifests"
"""Folder of raw manifests, below the root."""
MONITORING = "platform/monitoring"
"""Folder of what belongs to the stack of metrics; several parts put objects there."""
HEADER = "# Rendered by pyfleet from the fleet file. Edit that and render again, never this file.\n"
NAME_LABEL = "app.kubernetes.io/name"
FILES_DIGEST = "pyfleet/files-digest"
"""Annotation of pods that read files only when they start: they are replaced when one changes."""
Object = dict[str, Any]
"""A Kubernetes object, or a part of one: plain data in the order that people expect to read it."""
GPU_TOLERATION: Object = nvidia.GPU_TOLERATION


@dataclass(frozen=True, slots=True)
class App:
    """A folder of manifests: its path below the root, its objects, and patches on them."""

    folder: str
    objects: tuple[Object, ...]
    patches: tuple[Object, ...] = ()
    own_name: str | None = None
    """What the folder is about. An object of this name gets a file named by its kind alone."""

    def file_of(self, body: Object) -> str:
        """Name an object's file, so that adding an object renames no other file."""
        kind, name = body["kind"].lower(), body["metadata"]["name"]
        if self.own_name is None:
            return "-".join([kind, *filter(None, [body["metadata"].get("namespace")]), name]) + ".yaml"
        return f"{kind}.yaml" if name == self.own_name else f"{kind}-{name}.yaml"


def kustomization(resources: list[str], patches: list[Object] | None = None) -> str:
    """Render a folder's kustomization.yaml."""
    body: Object = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": resources,
    }
    if patches:
        body["patches"] = patches
    return HEADER + dump(body)


def namespace(name: str) -> Object:
    """Render a namespace."""
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata(name)}


def metadata(
    name: str,
    namespace: str | None = None,
    *,
    labels: Mapping[str, str] | None = None,
    annotations: Mapping[str, str] | None = None,
) -> Object:
    """Make an object's metadata, with pyfleet's own label."""
    body: Object = {"name": name}
    if namespace is not None:
        body["namespace"] = namespace
    body["labels"] = {"app.kubernetes.io/managed-by": "pyfleet", **(labels or {})}
    if annotations:
        body["annotations"] = dict(annotations)
    return body


def without_empty(**fields: object) -> Object:
    """Leave out what is None or empty; false and zero stay."""
    return {name: value for name, value in fields.items() if value is not None and value not in ((), [], {}, "")}


def env(**variables: str) -> list[Object]:
    """Render environment variables; the API server drops a value that is empty."""
    return [{"name": name, **without_empty(value=value)} for name, value in variables.items()]


def quantities(amounts: Mapping[str, str]) -> dict[str, str]:
    """Render amounts of resources."""
    return {resource: canonical(amount) for resource, amount in amounts.items()}


def env_of_node(name: str) -> Object:
    """Render an environment variable with the name of the pod's host."""
    return {"name": name, "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": "spec.nodeName"}}}


def daemon_set(
    name: str,
    namespace: str,
    pod: Object,
    *,
    labels: Mapping[str, str] | None = None,
    annotations: Mapping[str, str] | None = None,
) -> Object:
    """Render a DaemonSet of this pod spec; the annotations are its pods', the labels by default the name's."""
    marks = dict(labels or {NAME_LABEL: name})
    template = {"metadata": {"labels": marks, **without_empty(annotations=annotations)}, "spec": pod}
    return {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": metadata(name, namespace, labels=marks),
        "spec": {"selector": {"matchLabels": marks}, "template": template},
    }


def cluster_access(name: str, namespace: str, *, group: str, resource: str) -> list[Object]:
    """Render a ServiceAccount that may read one resource of the whole cluster, and nothing else."""
    rbac = "rbac.authorization.k8s.io"
    rules = [{"apiGroups": [group], "resources": [resource], "verbs": ["get", "list", "watch"]}]
    return [
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata(name, namespace)},
        {"apiVersion": f"{rbac}/v1", "kind": "ClusterRole", "metadata": metadata(name), "rules": rules},
        {
            "apiVersion": f"{rbac}/v1",
            "kind": "ClusterRoleBinding",
            "metadata": metadata(name),
            "roleRef": {"apiGroup": rbac, "kind": "ClusterRole", "name": name},
            "subjects": [{"kind": "ServiceAccount", "name": name, "namespace": namespace}],
        },
    ]
