"""Scrapes, rules, dashboards and exporters, as the API server gets them."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from pyfleet.planning import plan
from pyfleet.rendering.kubernetes import all_apps, render_kubernetes
from tests.unit.fleets import fleet

MONITORING = "kubernetes/platform/monitoring"
BOX = "hosts: {box: {role: server, address: 10.0.0.1, gpus: [rtx-4090], memory: 64Gi}}"
SPARK = "hosts: {box: {role: server, address: 10.0.0.1, os: linux, gpus: [rtx-5090], sharing: {timeSlicing: 2}}}"
CLAIMED = "hosts: {box: {role: server, address: 10.0.0.1, os: linux, gpus: [rtx-4090], allocation: dra}}"
LLAMA = 'workloads: {it: {engine: llama-cpp, image: "a/b:1", secrets: {LLAMA_API_KEY: llama/key}}}'


def rendered(text: str, stack: str = "prometheus", platform: str = "") -> dict[str, Any]:
    made = plan(fleet(f"platform: {{{platform}monitoring: {{{stack}: {{}}}}}}\n{text}"))
    return {path: yaml.safe_load(text) for path, text in render_kubernetes(made, all_apps(made)).items()}


def pod(files: dict[str, Any]) -> dict[str, Any]:
    spec: dict[str, Any] = files[f"{MONITORING}/daemonset-monitoring-dcgm-exporter.yaml"]["spec"]["template"]["spec"]
    return spec


def environment(files: dict[str, Any]) -> dict[str, str]:
    return {each["name"]: each["value"] for each in pod(files)["containers"][0]["env"] if "value" in each}


def panels(files: dict[str, Any], name: str) -> list[dict[str, Any]]:
    (text,) = files[f"{MONITORING}/configmap-monitoring-dashboard-{name}.yaml"]["data"].values()
    found: list[dict[str, Any]] = json.loads(text)["panels"]
    return found


def test_nothing_stands_there_where_nobody_asks() -> None:
    made = plan(fleet(f"{BOX}\n{LLAMA}"))
    files = render_kubernetes(made, all_apps(made))

    assert [path for path in files if "monitor" in path] == []


@pytest.mark.parametrize(
    ("stack", "api", "kind"),
    [
        ("prometheus", "monitoring.coreos.com/v1", "ServiceMonitor"),
        ("victoriaMetrics", "operator.victoriametrics.com/v1beta1", "VMServiceScrape"),
    ],
)
def test_a_scrape_stands_beside_its_workload_and_finds_its_service(stack: str, api: str, kind: str) -> None:
    files = rendered(f"{BOX}\n{LLAMA}", stack)
    scrape = files[f"kubernetes/workloads/it/{kind.lower()}.yaml"]
    service = files["kubernetes/workloads/it/service.yaml"]

    assert (scrape["apiVersion"], scrape["kind"]) == (api, kind)
    assert scrape["metadata"]["namespace"] == service["metadata"]["namespace"]
    assert scrape["spec"]["selector"]["matchLabels"].items() <= service["metadata"]["labels"].items()
    (endpoint,) = scrape["spec"]["endpoints"]
    assert endpoint == {
        "interval": "30s",
        "port": service["spec"]["ports"][0]["name"],
        "path": "/metrics",
        "authorization": {"type": "Bearer", "credentials": {"name": "llama", "key": "key"}},
    }


@pytest.mark.parametrize(("stack", "kind"), [("prometheus", "prometheusrule"), ("victoriaMetrics", "vmrule")])
def test_rules_are_of_the_stacks_own_kind(stack: str, kind: str) -> None:
    made = plan(fleet(f"platform: {{monitoring: {{{stack}: {{}}}}}}\n{BOX}")).monitoring
    rules = rendered(BOX, stack)[f"{MONITORING}/{kind}-monitoring-fleet.yaml"]

    assert made is not None
    assert [group["name"] for group in rules["spec"]["groups"]] == [group.name for group in made.rules]


def test_the_container_beside_grafana_finds_dashboards_by_their_label() -> None:
    files = rendered(BOX)
    labels = [body["metadata"]["labels"] for path, body in files.items() if "dashboard-" in path]

    assert [each["grafana_dashboard"] for each in labels] == ["1", "1", "1"]


def test_panels_of_a_dashboard_do_not_overlap_and_are_told_apart() -> None:
    found = panels(rendered(BOX), "gpus")
    places = {(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in found}

    assert len({panel["id"] for panel in found}) == len(places) == len(found) > 1
    assert {panel["gridPos"]["x"] + panel["gridPos"]["w"] for panel in found} == {12, 24}


def test_a_dashboard_asks_whichever_source_the_stack_has() -> None:
    found = panels(rendered(BOX), "fleet")
    asked = {target["datasource"]["uid"] for panel in found for target in panel["targets"]}

    assert asked == {"${datasource}"}


def test_an_exporter_runs_on_exactly_its_hosts_and_reads_its_own_list() -> None:
    files = rendered(BOX)
    affinity = pod(files)["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]

    assert affinity["nodeSelectorTerms"] == [
        {"matchExpressions": [{"key": "kubernetes.io/hostname", "operator": "In", "values": ["box"]}]}
    ]
    assert pod(files)["runtimeClassName"] == "nvidia-cdi"
    assert pod(files)["containers"][0]["args"] == ["-f", "/etc/fleet/dcgm-metrics.csv"]
    assert pod(files)["volumes"][0] == {"name": "fields", "configMap": {"name": "dcgm-exporter"}}


def test_every_row_of_the_exporters_list_has_its_three_columns() -> None:
    text = rendered(BOX)[f"{MONITORING}/configmap-monitoring-dcgm-exporter.yaml"]["data"]["dcgm-metrics.csv"]
    rows = [row.split(", ") for row in text.splitlines() if not row.startswith("#")]

    assert {len(row) for row in rows} == {3}
    assert ["DCGM_EXP_XID_ERRORS_COUNT", "gauge", "Xid errors in the last five minutes"] in rows


def test_only_the_profiler_gets_a_capability() -> None:
    plain, profiled = (pod(rendered(host))["containers"][0]["securityContext"]["capabilities"] for host in (BOX, SPARK))

    assert plain == {"drop": ["ALL"]}
    assert profiled == {"drop": ["ALL"], "add": ["SYS_ADMIN"]}


def test_pods_on_shared_cards_are_told_apart() -> None:
    assert [environment(rendered(host)).get("KUBERNETES_VIRTUAL_GPUS") for host in (BOX, SPARK)] == [None, "true"]


def test_an_exporter_may_ask_the_api_server_only_where_cards_are_claimed() -> None:
    assert [pod(rendered(host))["automountServiceAccountToken"] for host in (BOX, CLAIMED)] == [False, True]


def test_cards_that_dra_gives_out_are_claimed_without_taking_them_from_anybody() -> None:
    files = rendered(CLAIMED)
    template = files[f"{MONITORING}/resourceclaimtemplate-monitoring-dcgm-exporter.yaml"]
    (request,) = template["spec"]["spec"]["devices"]["requests"]
    (claim,) = pod(files)["resourceClaims"]

    assert request["exactly"] == {
        "deviceClassName": "gpu.nvidia.com",
        "allocationMode": "All",
        "adminAccess": True,
    }
    assert claim["resourceClaimTemplateName"] == template["metadata"]["name"]
    assert pod(files)["containers"][0]["resources"]["claims"] == [{"name": claim["name"]}]
    assert "runtimeClassName" not in pod(files)


@pytest.mark.parametrize(("host", "label"), [(BOX, None), (CLAIMED, "true")])
def test_the_namespace_says_that_claims_of_others_cards_are_allowed(host: str, label: str | None) -> None:
    namespace = rendered(host)["kubernetes/platform/namespaces/namespace-monitoring.yaml"]

    assert namespace["metadata"]["labels"].get("resource.kubernetes.io/admin-access") == label


@pytest.mark.parametrize(
    ("stack", "kind", "words"),
    [
        ("prometheus", "servicemonitor", ("relabelings", "sourceLabels", "targetLabel")),
        ("victoriaMetrics", "vmservicescrape", ("relabelConfigs", "sourceLabels", "targetLabel")),
    ],
)
def test_figures_of_cards_carry_the_name_of_their_host(stack: str, kind: str, words: tuple[str, str, str]) -> None:
    scrape = rendered(BOX, stack)[f"{MONITORING}/{kind}-monitoring-dcgm-exporter.yaml"]
    list_, source, target = words

    assert scrape["spec"]["endpoints"][0][list_] == [{source: ["__meta_kubernetes_pod_node_name"], target: "node"}]


def test_the_gpu_operators_exporter_gets_its_list_and_its_scrape_in_the_operators_namespace() -> None:
    files = rendered(SPARK, platform="gpu: {operator: {}}, ")
    names = sorted(path.rpartition("/")[2] for path in files if path.startswith(MONITORING) and "dcgm" in path)

    assert names == [
        "configmap-gpu-operator-dcgm-exporter-fields.yaml",
        "servicemonitor-gpu-operator-dcgm-exporter.yaml",
    ]
