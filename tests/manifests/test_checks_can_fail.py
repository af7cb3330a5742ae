"""Each check of this folder finds what it is for, in a small tree with one mistake in it."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.manifests.consistency import dangling_references, idle_services, repeated_identities
from tests.manifests.schemas import schema_errors
from tests.manifests.tree import Object, forgotten_files, read_tree

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "kustomization.yaml": "resources: [platform, workloads/web]",
    "platform/kustomization.yaml": "resources: [namespace.yaml, queue.yaml]",
    "platform/namespace.yaml": "{apiVersion: v1, kind: Namespace, metadata: {name: apps}}",
    "platform/queue.yaml": """
        apiVersion: kueue.x-k8s.io/v1beta2
        kind: LocalQueue
        metadata: {name: batch, namespace: apps}
        spec: {clusterQueue: all}
        ---
        apiVersion: kueue.x-k8s.io/v1beta2
        kind: ClusterQueue
        metadata: {name: all}
        spec: {resourceGroups: []}
        """,
    "workloads/web/kustomization.yaml": "{resources: [web.yaml], patches: [{path: patch.yaml}]}",
    "workloads/web/patch.yaml": """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: apps}
        """,
    "workloads/web/web.yaml": """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: apps}
        spec:
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec:
              priorityClassName: system-node-critical
              containers:
                - name: web
                  image: web:1
                  envFrom: [{configMapRef: {name: web}}]
                  volumeMounts: [{name: data, mountPath: /data}]
              volumes: [{name: data, persistentVolumeClaim: {claimName: web}}]
        ---
        {apiVersion: v1, kind: ConfigMap, metadata: {name: web, namespace: apps}, data: {KEY: value}}
        ---
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: web, namespace: apps}
        spec:
          storageClassName: local-path
          accessModes: [ReadWriteOnce]
          resources: {requests: {storage: 1Gi}}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web, namespace: apps}
        spec: {selector: {app: web}, ports: [{port: 80}]}
        """,
}


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """A tree without a mistake."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(dedent(text))
    return tmp_path


def edit(objects: list[Object], kind: str, path: str, value: object) -> None:
    """Set a field of the only object of a kind; numbers in the path count list items."""
    target: Any = next(each.body for each in objects if each.kind == kind)
    *parents, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    for step in parents:
        target = target[step]
    target[last] = value


def test_sample_is_fine(sample: Path) -> None:
    objects = read_tree(sample)

    assert len(objects) == 7
    assert schema_errors(objects) == []
    assert repeated_identities(objects) == []
    assert dangling_references(objects) == []
    assert idle_services(objects) == []
    assert forgotten_files(sample) == set()


POD = "spec.template.spec"


@pytest.mark.parametrize(
    ("kind", "path", "value", "error"),
    [
        ("Deployment", f"{POD}.containers.0.imagePolicy", "Always", "'imagePolicy' was unexpected"),
        ("Deployment", "spec.replicas", "two", "'two' is not of type 'integer'"),
        ("Deployment", "apiVersion", "apps/v1beta1", "Kubernetes 1.35 has no Deployment of apps/v1beta1"),
        (
            "Deployment",
            "apiVersion",
            "apps.example.com/v1",
            "'apps.example.com/v1' is not one of ['apps/v1']",
        ),
        ("LocalQueue", "apiVersion", "kueue.example.com/v1", "has no LocalQueue of kueue.example.com/v1"),
    ],
)
def test_schema_refuses(sample: Path, kind: str, path: str, value: object, error: str) -> None:
    objects = read_tree(sample)
    edit(objects, kind, path, value)

    errors = schema_errors(objects)

    assert len(errors) == 1
    assert error in errors[0]


@pytest.mark.parametrize(
    ("kind", "path", "value", "missing"),
    [
        (
            "Deployment",
            f"{POD}.containers.0.envFrom.0.configMapRef.name",
            "gone",
            "ConfigMap gone in namespace apps",
        ),
        ("Deployment", f"{POD}.volumes.0.configMap", {"name": "gone"}, "ConfigMap gone in namespace apps"),
        (
            "Deployment",
            f"{POD}.volumes.0.persistentVolumeClaim.claimName",
            "gone",
            "PersistentVolumeClaim gone in namespace apps",
        ),
        ("Deployment", f"{POD}.volumes.0.name", "gone", "volume of the pod data in namespace apps"),
        (
            "Deployment",
            f"{POD}.resourceClaims",
            [{"name": "gpu", "resourceClaimTemplateName": "gone"}],
            "ResourceClaimTemplate gone in namespace apps",
        ),
        ("Deployment", f"{POD}.priorityClassName", "gone", "PriorityClass gone"),
        ("Deployment", f"{POD}.runtimeClassName", "gone", "RuntimeClass gone"),
        ("Deployment", f"{POD}.serviceAccountName", "gone", "ServiceAccount gone in namespace apps"),
        (
            "Deployment",
            "metadata.labels",
            {"kueue.x-k8s.io/queue-name": "gone"},
            "LocalQueue gone in namespace apps",
        ),
        ("PersistentVolumeClaim", "spec.storageClassName", "gone", "StorageClass gone"),
        ("PersistentVolumeClaim", "spec.volumeName", "gone", "PersistentVolume gone"),
        ("LocalQueue", "spec.clusterQueue", "gone", "ClusterQueue gone"),
        ("Service", "metadata.namespace", "gone", "Namespace gone"),
    ],
)
def test_reference_to_nothing_is_found(sample: Path, kind: str, path: str, value: object, missing: str) -> None:
    objects = read_tree(sample)
    edit(objects, kind, path, value)

    assert [error.partition("there is no ")[2] for error in dangling_references(objects)] == [missing]


def test_config_map_of_another_namespace_does_not_count(sample: Path) -> None:
    objects = read_tree(sample)
    edit(objects, "ConfigMap", "metadata.namespace", "kube-system")

    assert dangling_references(objects) == [
        "workloads/web/web.yaml: Deployment web: there is no ConfigMap web in namespace apps"
    ]


def test_second_object_of_a_name_is_found(sample: Path) -> None:
    objects = read_tree(sample)

    assert repeated_identities([*objects, objects[0]]) == ["2 times /Namespace/default/apps"]


def test_service_without_pods_is_found(sample: Path) -> None:
    objects = read_tree(sample)
    edit(objects, "Service", "spec.selector.app", "gone")

    assert idle_services(objects) == ["workloads/web/web.yaml: Service web: selects no pod"]


def test_file_that_no_kustomization_names_is_found(sample: Path) -> None:
    (sample / "workloads" / "web" / "stale.yaml").write_text(yaml.dump({}))

    assert forgotten_files(sample) == {"workloads/web/stale.yaml"}
