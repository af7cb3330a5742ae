"""cloudflared's manifests."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import yaml

from pyfleet.planning import plan
from pyfleet.planning.types.network import RoutePlan, TunnelPlan
from pyfleet.rendering.kubernetes.platform.tunnel import tunnel
from tests.unit.fleets import fleet

EMPTY = plan(fleet("hosts: {box: {role: server, address: 10.0.0.1}}"))
ARGO = RoutePlan("argocd", "platform", (), "argocd", "argocd-server", 80, external="argo.lab.example")
TUNNEL = TunnelPlan(
    name="cloudflared",
    namespace="cloudflared",
    tunnel_id="3f6b2c9d-8a41-4e57-b0d3-6c1e9f7a2b84",
    credentials="tunnel-credentials",
    account_id="0123456789abcdef0123456789abcdef",
    zone_id="fedcba9876543210fedcba9876543210",
    image="cloudflare/cloudflared:1",
    replicas=2,
    spread=True,
    routes=(ARGO,),
    access=None,
)


def objects(made: TunnelPlan = TUNNEL) -> dict[str, Any]:
    app = tunnel(replace(EMPTY, tunnel=made))
    assert app is not None
    return {each["kind"]: each for each in app.objects}


def pod(made: TunnelPlan = TUNNEL) -> dict[str, Any]:
    template: dict[str, Any] = objects(made)["Deployment"]["spec"]["template"]
    return template


def test_a_fleet_without_a_tunnel_has_no_cloudflared() -> None:
    assert tunnel(EMPTY) is None


def test_each_name_leads_to_its_service_and_any_other_to_nothing() -> None:
    assert yaml.safe_load(objects()["ConfigMap"]["data"]["config.yaml"]) == {
        "tunnel": "3f6b2c9d-8a41-4e57-b0d3-6c1e9f7a2b84",
        "credentials-file": "/etc/cloudflared/credentials/credentials.json",
        "metrics": "0.0.0.0:2000",
        "no-autoupdate": True,
        "ingress": [
            {"hostname": "argo.lab.example", "service": "http://argocd-server.argocd.svc.cluster.local:80"},
            {"service": "http_status:404"},
        ],
    }


def test_pods_are_made_anew_when_the_names_change() -> None:
    other = replace(TUNNEL, routes=(replace(ARGO, external="cd.lab.example"),))

    assert pod()["metadata"]["annotations"] != pod(other)["metadata"]["annotations"]
    assert (
        pod()["metadata"]["annotations"]
        == pod(replace(TUNNEL, image="cloudflare/cloudflared:2"))["metadata"]["annotations"]
    )


def test_credentials_come_from_the_secret_by_its_one_key() -> None:
    volumes = {volume["name"]: volume for volume in pod()["spec"]["volumes"]}
    mounts = {mount["name"]: mount for mount in pod()["spec"]["containers"][0]["volumeMounts"]}

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
    assert objects()["PodDisruptionBudget"]["spec"] == {
        "maxUnavailable": 1,
        "selector": {"matchLabels": {"app.kubernetes.io/name": "cloudflared"}},
    }
    assert sorted(objects(replace(TUNNEL, replicas=1, spread=False))) == ["ConfigMap", "Deployment"]


def test_copies_are_on_different_hosts_where_there_are_several() -> None:
    constraint = pod()["spec"]["topologySpreadConstraints"][0]

    assert (constraint["topologyKey"], constraint["whenUnsatisfiable"]) == ("kubernetes.io/hostname", "ScheduleAnyway")
    assert constraint["labelSelector"]["matchLabels"] == pod()["metadata"]["labels"]
    assert "topologySpreadConstraints" not in pod(replace(TUNNEL, spread=False))["spec"]
