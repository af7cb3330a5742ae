"""What custom resources are checked for is found, each in a small fleet with one mistake in it."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest

from tests.manifests.consistency import dangling_references, idle_services
from tests.manifests.crd_files import groups_with_schemas, why_without
from tests.manifests.schemas import schema_errors
from tests.manifests.structural import json_schema
from tests.manifests.tree import Object, read_fleet
from tests.manifests.wiring import broken_wires, missing_paths, secrets_made_elsewhere, unprovided_secrets

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "fleet.yaml": "platform: {secrets: {manual: [by-hand], files: {from-file/key: /run/secrets/key}}}",
    "rendered/argocd/kustomization.yaml": "resources: [root.yaml]",
    "rendered/argocd/root.yaml": """
        apiVersion: argoproj.io/v1alpha1
        kind: Application
        metadata: {name: fleet, namespace: argocd}
        spec:
          project: fleet
          source: {repoURL: "https://git.example/fleet.git", path: hosts/rendered/kubernetes, targetRevision: main}
          destination: {server: "https://kubernetes.default.svc", namespace: argocd}
        ---
        apiVersion: argoproj.io/v1alpha1
        kind: AppProject
        metadata: {name: fleet, namespace: argocd}
        spec: {sourceRepos: ["https://git.example/fleet.git"]}
        ---
        apiVersion: helm.cattle.io/v1
        kind: HelmChart
        metadata: {name: grafana, namespace: kube-system}
        spec: {chart: grafana, repo: "https://charts.example", targetNamespace: argocd, createNamespace: true}
        """,
    "rendered/kubernetes/kustomization.yaml": "resources: [all.yaml]",
    "rendered/kubernetes/all.yaml": """
        {apiVersion: v1, kind: Namespace, metadata: {name: apps}}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web, namespace: apps, labels: {app: web}}
        spec: {ports: [{name: http, port: 80}]}
        ---
        apiVersion: traefik.io/v1alpha1
        kind: IngressRoute
        metadata: {name: web, namespace: apps}
        spec:
          routes:
            - match: Host(`web.example`)
              kind: Rule
              middlewares: [{name: headers}]
              services: [{name: web, port: 80}]
          tls: {secretName: web-tls}
        ---
        apiVersion: traefik.io/v1alpha1
        kind: Middleware
        metadata: {name: headers, namespace: apps}
        spec: {headers: {sslRedirect: true}}
        ---
        apiVersion: cert-manager.io/v1
        kind: Certificate
        metadata: {name: web, namespace: apps}
        spec: {secretName: web-tls, dnsNames: [web.example], issuerRef: {kind: ClusterIssuer, name: fleet}}
        ---
        {apiVersion: cert-manager.io/v1, kind: ClusterIssuer, metadata: {name: fleet}, spec: {selfSigned: {}}}
        ---
        apiVersion: external-secrets.io/v1
        kind: ClusterSecretStore
        metadata: {name: fleet}
        spec: {provider: {}}
        ---
        apiVersion: external-secrets.io/v1
        kind: ExternalSecret
        metadata: {name: fetched, namespace: apps}
        spec: {secretStoreRef: {kind: ClusterSecretStore, name: fleet}}
        ---
        apiVersion: monitoring.coreos.com/v1
        kind: ServiceMonitor
        metadata: {name: web, namespace: apps}
        spec: {selector: {matchLabels: {app: web}}, endpoints: [{port: http}]}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: tunnel, namespace: apps}
        data:
          config.yaml: |
            tunnel: 1
            ingress:
              - {hostname: web.example, service: "http://web.apps.svc.cluster.local:80"}
              - {hostname: charts.example, service: "http://grafana.argocd.svc:80"}
              - {service: "http_status:404"}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: web, namespace: apps}
        spec:
          imagePullSecrets: [{name: by-hand}]
          containers:
            - name: web
              env: [{name: KEY, valueFrom: {secretKeyRef: {name: fetched, key: key}}}]
              envFrom: [{secretRef: {name: from-file}}]
          volumes: [{name: tls, secret: {secretName: web-tls}}]
        """,
}


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    """A fleet without a mistake."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(dedent(text))
    return tmp_path


def all_errors(fleet: Path, objects: list[Object]) -> list[str]:
    """Everything that is found but by schemas, without the object it is found in."""
    errors = [
        *dangling_references(objects),
        *broken_wires(objects),
        *missing_paths(objects, fleet / "rendered"),
        *unprovided_secrets(objects, secrets_made_elsewhere(fleet / "fleet.yaml") or frozenset()),
    ]
    return [error.split(": ", 2)[2] for error in errors]


def edit(objects: list[Object], kind: str, path: str, value: object) -> Object:
    """Set a field of the only object of a kind; numbers in the path count list items."""
    subject = next(each for each in objects if each.kind == kind)
    target: Any = subject.body
    *parents, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    for step in parents:
        target = target[step]
    target[last] = value
    return subject


def need_schemas(group: str) -> None:
    if group not in groups_with_schemas():
        pytest.skip(why_without(group))


def test_sample_is_fine(fleet: Path) -> None:
    objects = read_fleet(fleet / "rendered")

    assert len(objects) == 14
    assert all_errors(fleet, objects) == []


@pytest.mark.parametrize(
    ("kind", "path", "value", "error"),
    [
        ("Application", "spec.source.path", "hosts/rendered/gone", "there is nothing to apply in hosts/rendered/gone"),
        ("Application", "spec.project", "gone", "there is no AppProject gone in namespace argocd"),
        ("Application", "spec.destination.namespace", "gone", "there is no Namespace gone"),
        (
            "IngressRoute",
            "spec.routes.0.services.0.port",
            8080,
            "there is no port 8080 of Service web in namespace apps",
        ),
        (
            "IngressRoute",
            "spec.routes.0.services.0.name",
            "gone",
            "there is no port 80 of Service gone in namespace apps",
        ),
        ("IngressRoute", "spec.routes.0.middlewares.0.name", "gone", "there is no Middleware gone in namespace apps"),
        ("IngressRoute", "spec.tls.secretName", "gone", "there is no Certificate for Secret gone in namespace apps"),
        ("Certificate", "spec.issuerRef.name", "gone", "there is no ClusterIssuer gone"),
        ("ExternalSecret", "spec.secretStoreRef.name", "gone", "there is no ClusterSecretStore gone"),
        ("ExternalSecret", "metadata.name", "other", "nothing makes Secret fetched in namespace apps"),
        ("Pod", "spec.imagePullSecrets.0.name", "gone", "nothing makes Secret gone in namespace apps"),
        ("Pod", "spec.containers.0.envFrom.0.secretRef.name", "gone", "nothing makes Secret gone in namespace apps"),
        ("Pod", "spec.volumes.0.secret.secretName", "gone", "nothing makes Secret gone in namespace apps"),
        ("ServiceMonitor", "spec.selector.matchLabels.app", "gone", "selects no Service"),
        ("ServiceMonitor", "spec.endpoints.0.port", "gone", "no Service that it selects has a port gone"),
        (
            "ConfigMap",
            "data",
            {"config.yaml": "{tunnel: 1, ingress: [{service: 'http://gone.apps.svc:80'}]}"},
            "there is no port 80 of Service gone in namespace apps",
        ),
    ],
)
def test_what_leads_nowhere_is_found(fleet: Path, kind: str, path: str, value: object, error: str) -> None:
    objects = read_fleet(fleet / "rendered")
    edit(objects, kind, path, value)

    assert all_errors(fleet, objects) == [error]


def test_files_of_the_first_start_are_read_each_object_once(fleet: Path) -> None:
    text = (fleet / "rendered" / "argocd" / "root.yaml").read_text()
    (fleet / "rendered" / "bootstrap").mkdir()
    (fleet / "rendered" / "bootstrap" / "start.yaml").write_text(text + "---\n" + text.replace("fleet,", "other,"))

    added = [each.name for each in read_fleet(fleet / "rendered") if each.place == "bootstrap/start.yaml"]
    assert added == ["other", "other"]


@pytest.mark.parametrize(("namespace", "idle"), [("apps", 1), ("argocd", 0)])
def test_service_may_select_pods_of_a_chart(fleet: Path, namespace: str, idle: int) -> None:
    objects = read_fleet(fleet / "rendered")
    edit(objects, "Service", "spec.selector", {"app": "grafana"})
    edit(objects, "Service", "metadata.namespace", namespace)

    assert len(idle_services(objects)) == idle


def test_custom_resources_of_the_sample_are_valid(fleet: Path) -> None:
    objects = [each for each in read_fleet(fleet / "rendered") if each.group in groups_with_schemas()]

    assert schema_errors(objects) == []


@pytest.mark.parametrize(
    ("kind", "path", "value", "error"),
    [
        ("Application", "spec.sorce", {}, "$.spec: Additional properties are not allowed ('sorce' was unexpected)"),
        ("Application", "spec.project", 1, "$.spec.project: 1 is not of type 'string'"),
        ("Application", "kind", "Aplication", "argoproj.io has no Aplication of argoproj.io/v1alpha1"),
        ("AppProject", "metadata.lables", {}, "$.metadata: Additional properties are not allowed"),
        ("Certificate", "spec.revisionHistoryLimit", 2**31, "$.spec.revisionHistoryLimit: 2147483648 is greater than"),
        ("HelmChart", "spec.valuesContents", "", "$.spec: Additional properties are not allowed ('valuesContents'"),
        ("HelmChart", "apiVersion", "helm.cattle.io/v2", "helm.cattle.io has no HelmChart of helm.cattle.io/v2"),
        ("IngressRoute", "spec.routes.0.service", [], "$.spec.routes[0]: Additional properties are not allowed"),
        ("IngressRoute", "spec.routes.0.kind", "Rules", "$.spec.routes[0].kind: 'Rules' is not one of ['Rule']"),
        ("ServiceMonitor", "spec.endpoints", None, "$.spec.endpoints: None is not of type 'array'"),
    ],
)
def test_schema_of_a_custom_resource_refuses(fleet: Path, kind: str, path: str, value: object, error: str) -> None:
    objects = read_fleet(fleet / "rendered")
    subject = edit(objects, kind, path, value)
    need_schemas(subject.group)

    errors = schema_errors([subject])

    assert len(errors) == 1
    assert error in errors[0]


def test_a_required_field_with_a_default_may_be_left_out() -> None:
    crd = {"type": "object", "required": ["a", "b"], "properties": {"a": {"default": 1}, "b": {"type": "string"}}}

    assert json_schema(crd)["required"] == ["b"]


def test_unknown_fields_are_kept_only_where_the_crd_says_so() -> None:
    free = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    crd = {"type": "object", "properties": {"free": free, "none": {"type": "object"}}}

    properties = json_schema(crd)["properties"]

    assert (properties["free"]["additionalProperties"], properties["none"]["additionalProperties"]) == (True, False)


def test_null_is_for_what_is_nullable() -> None:
    crd = {"type": "object", "properties": {"a": {"type": "string", "nullable": True}, "b": {"type": "string"}}}

    properties = json_schema(crd)["properties"]

    assert properties["a"] == {"anyOf": [{"type": "null"}, {"type": "string"}]}
    assert properties["b"] == {"type": "string"}
