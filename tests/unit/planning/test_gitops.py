"""What Argo CD pulls, in what order, and what a cluster is started with."""

from __future__ import annotations

from typing import Any

import pytest

from pyfleet.planning import plan
from pyfleet.planning.platform.gitops import chart_wave, folder_wave
from pyfleet.planning.types.gitops import GitOpsPlan
from pyfleet.planning.types.platform import ChartPlan
from pyfleet.planning.types.whole import Plan
from tests.unit.fleets import fleet

HOSTS = "hosts: {box: {role: server, address: 10.0.0.1}}\n"
REPO = "https://git.example.com/fleet.git"
VAULT = 'externalSecrets: {vault: {server: "https://vault.lan:8200", roleId: it}}'
KEDA = "workloads: {it: {image: a/b:1, autoscale: {prometheus: 'http://prometheus:9090', query: sum(queue)}}}\n"


def planned(argocd: str = "", rest: str = "", platform: str = "") -> Plan:
    text = f"{HOSTS}platform:\n  gitops: {{argocd: {{repo: '{REPO}'{argocd}}}}}\n"
    return plan(fleet(text + (f"  {platform}\n" if platform else "") + rest))


def gitops(argocd: str = "", rest: str = "", platform: str = "") -> GitOpsPlan:
    made = planned(argocd, rest, platform).gitops
    assert made is not None
    return made


def values(argocd: str = "", rest: str = "", platform: str = "") -> dict[str, Any]:
    return next(chart.values for chart in planned(argocd, rest, platform).charts if chart.name == "argocd")


def chart(*, operator: bool) -> ChartPlan:
    return ChartPlan("x", "https://charts.example.com", "x", "1.2.3", "x", {}, operator=operator)


def test_a_fleet_that_asks_for_none_has_none() -> None:
    made = plan(fleet(HOSTS))

    assert (made.gitops, made.charts) == (None, ())


def test_namespaces_come_before_operators_before_their_objects_before_workloads() -> None:
    waves = [
        folder_wave("platform/namespaces"),
        chart_wave(chart(operator=True)),
        folder_wave("platform/queueing"),
        folder_wave("workloads/qwen"),
    ]

    assert waves == sorted(set(waves))


@pytest.mark.parametrize("folder", ["services/lmstudio", "manifests"])
def test_nothing_waits_for_what_brings_no_kinds(folder: str) -> None:
    last = folder_wave("workloads/qwen")

    assert (folder_wave(folder), chart_wave(chart(operator=False))) == (last, last)


def test_argo_cd_does_not_install_itself() -> None:
    made = gitops(rest=KEDA)

    assert ([each.name for each in made.charts], [each.name for each in made.started_charts]) == (["keda"], ["argocd"])


def test_what_fetches_the_key_of_the_repository_is_there_from_the_start() -> None:
    made = gitops(", credentials: git", platform=f"secrets: {{{VAULT}, manual: [vault-approle]}}")

    assert [each.name for each in made.started_charts] == ["argocd", "external-secrets"]
    assert made.started_namespaces == ("argocd", "external-secrets")
    assert made.started_secret is not None
    assert (made.started_secret.namespace, made.started_secret.name) == ("argocd", "git")


@pytest.mark.parametrize(
    ("credentials", "secrets"),
    [
        ("", f"{VAULT}, manual: [vault-approle]"),
        (", credentials: git", f"{VAULT}, manual: [vault-approle, git]"),
        (", credentials: git", "manual: [git]"),
    ],
)
def test_a_key_from_elsewhere_needs_nothing_at_the_start(credentials: str, secrets: str) -> None:
    made = gitops(credentials, platform=f"secrets: {{{secrets}}}")

    assert ([each.name for each in made.started_charts], made.started_secret) == (["argocd"], None)


def test_charts_reach_their_namespaces_and_those_that_the_fleet_adds() -> None:
    assert gitops(", chartNamespaces: [shared]", KEDA).chart_namespaces == ("keda", "kube-system", "shared")
    assert gitops(", chartNamespaces: [shared]").chart_namespaces == ()


def test_argo_cd_leaves_tls_to_others_and_asks_the_api_server_for_differences() -> None:
    params = values()["configs"]["params"]

    assert (params["server.insecure"], params["controller.diff.server.side"]) == (True, True)


def test_argo_cd_applies_the_addresses_of_services_outside() -> None:
    outside = values(rest="services: {lmstudio: {address: 192.168.6.19, port: 1234}}\n")["configs"]["cm"]

    assert "EndpointSlice" not in outside["resource.exclusions"]
    assert "resource.exclusions" not in values()["configs"]["cm"]


def test_an_address_of_its_own_has_the_port_that_the_fleet_says() -> None:
    metallb = "loadBalancer: {metallb: {pools: {lan: 10.0.1.10-10.0.1.20}}}"
    fixed = ", expose: {loadBalancer: {port: 81, address: 10.0.1.10}}"

    assert values(fixed, platform=metallb)["server"]["service"] == {
        "type": "LoadBalancer",
        "annotations": {"metallb.io/loadBalancerIPs": "10.0.1.10"},
        "servicePortHttp": 81,
    }


def test_without_metallb_argo_cd_does_not_take_traefiks_port() -> None:
    service = values(", expose: {loadBalancer: 8081}")["server"]["service"]

    assert (service["servicePortHttp"], service["servicePortHttps"]) == (8081, 8443)


def test_the_fleets_own_values_go_over_all_others() -> None:
    made = values(", values: {dex: {enabled: true}, server: {replicas: 2}}")

    assert (made["dex"], made["server"], made["notifications"]) == (
        {"enabled": True},
        {"replicas": 2},
        {"enabled": False},
    )


def test_a_chart_of_the_fleets_own_pins_version_and_values() -> None:
    own = (
        "charts: {argocd: {repo: 'https://x.example', chart: argo-cd, version: 1.2.3, namespace: cd, values: {a: 1}}}\n"
    )
    made = planned(", version: 9.9.9", own)
    argocd = next(each for each in made.charts if each.name == "argocd")

    assert (argocd.version, argocd.namespace, argocd.values["a"]) == ("1.2.3", "cd", 1)
    assert argocd.values["fullnameOverride"] == "argocd"
    assert made.gitops is not None
    assert made.gitops.namespace == "cd"
