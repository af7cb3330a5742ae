"""A service with name, address, certificate, dashboard, alert, login and DNS record is one entry of the fleet file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from pyfleet.pipeline import examine, load
from pyfleet.rendering import render
from tests.conftest import ROOT

ENTRY = """\
  added:
    namespace: added
    image: registry.example/added:v0.1.0
    ports: {http: 8080}
    expose:
      loadBalancer: {port: 80, address: 192.168.86.210}
      ingress: true
      tunnel: true
    canary: {path: /work, json: {say: "yes"}}
"""
FOLDER = "kubernetes/workloads/added"
DASHBOARD = "kubernetes/platform/monitoring/configmap-monitoring-dashboard-fleet.yaml"


@pytest.fixture(scope="module")
def trees(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, str], dict[str, str]]:
    """A fleet that has every part of the platform, without the entry and with it."""
    before = (ROOT / "tests/fleets/homelab/fleet.yaml").read_text("utf-8")
    path = tmp_path_factory.mktemp("fleet") / "fleet.yaml"
    return rendered(path, before), rendered(path, f"{before.rstrip()}\n{ENTRY}")


def rendered(path: Path, text: str) -> dict[str, str]:
    path.write_text(text, "utf-8")
    examined = examine(load(path))
    assert examined.problems == ()
    assert examined.plan is not None
    return render(examined.plan)


def test_it_takes_at_most_ten_lines() -> None:
    assert len(ENTRY.splitlines()) <= 10


def test_its_own_folder_holds_all_but_its_namespace_and_its_application(
    trees: tuple[dict[str, str], dict[str, str]],
) -> None:
    before, after = trees

    assert sorted(after.keys() - before.keys()) == [
        "argocd/application-workloads-added.yaml",
        # The fleet's first fixed address: those make a pool of their own.
        "kubernetes/platform/metallb/ipaddresspool-metallb-system-lan.fixed.yaml",
        "kubernetes/platform/namespaces/namespace-added.yaml",
        f"{FOLDER}/certificate.yaml",
        f"{FOLDER}/cronjob-added-canary.yaml",
        f"{FOLDER}/deployment.yaml",
        f"{FOLDER}/ingressroute.yaml",
        f"{FOLDER}/kustomization.yaml",
        f"{FOLDER}/service.yaml",
        f"{FOLDER}/vmrule.yaml",
    ]


def test_of_what_was_there_only_lists_change(trees: tuple[dict[str, str], dict[str, str]]) -> None:
    before, after = trees

    assert sorted(path for path in before if before[path] != after[path]) == [
        "argocd/appproject.yaml",
        "argocd/kustomization.yaml",
        "kubernetes/kustomization.yaml",
        "kubernetes/platform/metallb/ipaddresspool-metallb-system-lan.yaml",
        "kubernetes/platform/metallb/kustomization.yaml",
        "kubernetes/platform/metallb/l2advertisement-metallb-system-fleet.yaml",
        "kubernetes/platform/monitoring/configmap-monitoring-dashboard-fleet.yaml",
        "kubernetes/platform/namespaces/kustomization.yaml",
        "kubernetes/platform/tunnel/configmap.yaml",
        "kubernetes/platform/tunnel/deployment.yaml",
        "terraform/access.tf.json",
        "terraform/dns.tf.json",
    ]


def test_it_has_a_name_and_its_certificate(trees: tuple[dict[str, str], dict[str, str]]) -> None:
    _, after = trees
    route = yaml.safe_load(after[f"{FOLDER}/ingressroute.yaml"])["spec"]
    certificate = yaml.safe_load(after[f"{FOLDER}/certificate.yaml"])["spec"]

    assert route["routes"][0]["match"] == "Host(`added.homelab.example`)"
    assert (certificate["dnsNames"], certificate["secretName"]) == (
        ["added.homelab.example"],
        route["tls"]["secretName"],
    )


def test_it_has_its_address(trees: tuple[dict[str, str], dict[str, str]]) -> None:
    _, after = trees
    service = yaml.safe_load(after[f"{FOLDER}/service.yaml"])

    assert service["spec"]["type"] == "LoadBalancer"
    assert service["metadata"]["annotations"] == {"metallb.io/loadBalancerIPs": "192.168.86.210"}


def test_it_has_alerts(trees: tuple[dict[str, str], dict[str, str]]) -> None:
    _, after = trees
    groups = yaml.safe_load(after[f"{FOLDER}/vmrule.yaml"])["spec"]["groups"]

    assert [rule["alert"] for group in groups for rule in group["rules"]] == [
        "CanaryFailing",
        "CanaryNeverSucceeded",
        "CanaryAbsent",
    ]


def test_it_is_on_the_dashboard_of_the_fleet(trees: tuple[dict[str, str], dict[str, str]]) -> None:
    shown = ["added-canary" in tree[DASHBOARD] for tree in trees]

    assert shown == [False, True]


def test_it_has_a_dns_record_and_a_login(trees: tuple[dict[str, str], dict[str, str]]) -> None:
    _, after = trees
    records = json.loads(after["terraform/dns.tf.json"])["resource"]["cloudflare_dns_record"]
    logins = json.loads(after["terraform/access.tf.json"])["resource"]["cloudflare_zero_trust_access_application"]

    assert records["added_homelab_example"]["content"].endswith(".cfargotunnel.com")
    assert logins["added_homelab_example"]["domain"] == "added.homelab.example"
