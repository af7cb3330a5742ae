"""cloudflared: which names end in it, and how it runs."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from tests.unit.fleets import objects
from tests.unit.parts.tunnel.fleets import CHAT, ONE, tunnelled

PLAIN = tunnelled()
TWO = f"{ONE}, other: {{address: 10.0.0.2}}"


def made(text: str = PLAIN) -> dict[str, Any]:
    """Objects by kind."""
    return {body["kind"]: body for body in objects(text, "platform/tunnel")}


def pod(text: str = PLAIN) -> dict[str, Any]:
    template: dict[str, Any] = made(text)["Deployment"]["spec"]["template"]
    return template


def config(text: str) -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(made(text)["ConfigMap"]["data"]["config.yaml"])
    return read


def test_a_fleet_without_a_tunnel_has_no_cloudflared() -> None:
    assert made(f"hosts: {{{ONE}}}") == {}


def test_each_name_on_the_internet_leads_to_its_service_and_any_other_to_nothing() -> None:
    inside = "ingress: {domain: int.lab.example}, monitoring: {prometheus: {}, grafana: {expose: {ingress: true}}}"
    argo = "gitops: {argocd: {repo: 'https://x.example/y.git', expose: {tunnel: {name: argo}}}}"
    text = tunnelled(platform=f"{inside}, {argo}", workloads=CHAT)

    assert config(text) == {
        "tunnel": "3f6b2c9d-8a41-4e57-b0d3-6c1e9f7a2b84",
        "credentials-file": "/etc/cloudflared/credentials/credentials.json",
        "metrics": "0.0.0.0:2000",
        "no-autoupdate": True,
        "ingress": [
            {"hostname": "argo.lab.example", "service": "http://argocd-server.argocd.svc.cluster.local:80"},
            {"hostname": "chat.lab.example", "service": "http://chat.ai.svc.cluster.local:8000"},
            {"service": "http_status:404"},
        ],
    }


def test_a_name_given_twice_ends_at_the_first() -> None:
    second = "chat: {image: a/b:1, ports: {http: 8000}, expose: {tunnel: {name: argo}}}"

    assert config(tunnelled(workloads=second))["ingress"] == config(PLAIN)["ingress"]


def test_pods_are_made_anew_when_the_names_change_and_only_for_that() -> None:
    digest, other, image = (
        pod(text)["metadata"]["annotations"]
        for text in (PLAIN, tunnelled(workloads=CHAT), tunnelled(", image: cloudflare/cloudflared:2"))
    )

    assert digest != other
    assert digest == image


def test_credentials_come_from_the_secret_by_its_one_key() -> None:
    spec = pod(tunnelled(", credentials: tunnel-credentials"))["spec"]
    volumes = {volume["name"]: volume for volume in spec["volumes"]}
    mounts = {mount["name"]: mount for mount in spec["containers"][0]["volumeMounts"]}

    assert volumes["credentials"]["secret"] == {
        "secretName": "tunnel-credentials",
        "items": [{"key": "credentials.json", "path": "credentials.json"}],
    }
    assert mounts["credentials"] == {
        "name": "credentials",
        "mountPath": "/etc/cloudflared/credentials",
        "readOnly": True,
    }


def test_it_runs_with_nothing_that_it_does_not_need() -> None:
    spec = pod()["spec"]

    assert spec["automountServiceAccountToken"] is False
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["containers"][0]["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }


def test_a_restart_for_want_of_a_connection_comes_after_the_kubelet_has_forgotten_the_last() -> None:
    container = pod()["spec"]["containers"][0]
    patience = container["livenessProbe"]["periodSeconds"] * container["livenessProbe"]["failureThreshold"]

    assert container["livenessProbe"]["httpGet"] == container["readinessProbe"]["httpGet"]
    assert patience > 600


def test_copies_leave_one_after_another_and_one_copy_may_leave() -> None:
    assert made()["Deployment"]["spec"]["replicas"] == 2
    assert made()["PodDisruptionBudget"]["spec"] == {
        "maxUnavailable": 1,
        "selector": {"matchLabels": {"app.kubernetes.io/name": "cloudflared"}},
    }
    assert sorted(made(tunnelled(", replicas: 1"))) == ["ConfigMap", "Deployment"]


@pytest.mark.parametrize("hosts", [{}, {"hosts": TWO}], ids=["one host", "two hosts"])
def test_copies_are_on_different_hosts_where_there_are_several(hosts: dict[str, str]) -> None:
    spread = pod(tunnelled(**hosts))
    (constraint,) = spread["spec"]["topologySpreadConstraints"]

    assert (constraint["topologyKey"], constraint["whenUnsatisfiable"]) == ("kubernetes.io/hostname", "ScheduleAnyway")
    assert constraint["labelSelector"]["matchLabels"] == spread["metadata"]["labels"]
    assert "topologySpreadConstraints" not in pod(tunnelled(", replicas: 1", hosts=TWO))["spec"]
