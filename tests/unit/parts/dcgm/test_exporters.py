"""On which hosts NVIDIA's exporter of GPU metrics runs, how, and what it asks the cards for."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.fleets import named, objects, resolved

ALWAYS = {"DCGM_FI_DEV_GPU_UTIL", "DCGM_FI_DEV_GPU_TEMP", "DCGM_FI_DEV_POWER_USAGE", "DCGM_EXP_XID_ERRORS_COUNT"}
OPERATOR = "gpu: {operator: {}}, "
PLAIN = "gpus: [rtx-4090]"
PROFILED = "gpus: [rtx-5090], sharing: {timeSlicing: 2}"
CLAIMED = "os: linux, gpus: [rtx-4090], allocation: dra"
BOTH = (PLAIN, CLAIMED)


def fleet_of(stack: str, platform: str, hosts: dict[str, str]) -> str:
    listed = "".join(f", {name}: {{address: 10.0.0.{n}, {host}}}" for n, (name, host) in enumerate(hosts.items()))
    server = "first: {role: server, address: 10.0.1.1}"
    return f"platform: {{{platform}monitoring: {{{stack}: {{}}}}}}\nhosts: {{{server}{listed}}}"


def rendered(stack: str = "prometheus", platform: str = "", **hosts: str) -> dict[str, dict[str, Any]]:
    """Objects of monitoring that are about GPUs."""
    found = named(objects(fleet_of(stack, platform, hosts), "platform/monitoring"))
    return {name: body for name, body in found.items() if "dcgm" in name}


def pods(**hosts: str) -> dict[str, dict[str, Any]]:
    """Pods of the exporters by name."""
    return {
        name.removeprefix("DaemonSet/"): body["spec"]["template"]["spec"]
        for name, body in rendered(**hosts).items()
        if name.startswith("DaemonSet/")
    }


def pod(host: str) -> dict[str, Any]:
    (only,) = pods(box=host).values()
    return only


def hosts_of(spec: dict[str, Any]) -> list[str]:
    (term,) = spec["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"]
    (match,) = term["matchExpressions"]
    assert (match["key"], match["operator"]) == ("kubernetes.io/hostname", "In")
    return list(match["values"])


def environment(spec: dict[str, Any]) -> dict[str, str]:
    return {each["name"]: each["value"] for each in spec["containers"][0]["env"] if "value" in each}


def rows(host: str) -> list[list[str]]:
    """What the exporter of a host asks for."""
    text = rendered(box=host)["ConfigMap/dcgm-exporter"]["data"]["dcgm-metrics.csv"]
    return [row.split(", ") for row in text.splitlines() if not row.startswith("#")]


def fields(host: str) -> set[str]:
    return {row[0] for row in rows(host)}


def test_geforce_before_blackwell_is_asked_for_memory_and_fan_and_nothing_of_data_centres() -> None:
    asked = fields("gpus: [rtx-4090]")

    assert asked >= ALWAYS | {"DCGM_FI_DEV_FB_USED", "DCGM_FI_DEV_FAN_SPEED"}
    assert [name for name in asked if "PROF" in name or "ECC" in name or "ROW" in name] == []


def test_unified_memory_is_not_asked_for_what_nvml_does_not_report() -> None:
    asked = fields("system: aarch64-linux, os: linux, gpus: [gb10]")

    assert asked == ALWAYS | {"DCGM_FI_DEV_SM_CLOCK", "DCGM_FI_DRIVER_VERSION"}


def test_cards_of_data_centres_are_asked_for_everything_but_a_fan() -> None:
    known = set(resolved("hosts: {box: {role: server, address: 10.0.0.1}}").catalog.dcgm)

    assert fields("gpus: [h100-sxm]") == known - {"DCGM_FI_DEV_FAN_SPEED"}


def test_every_row_of_an_exporters_list_has_its_three_columns() -> None:
    asked = rows("gpus: [rtx-4090]")

    assert {len(row) for row in asked} == {3}
    assert ["DCGM_EXP_XID_ERRORS_COUNT", "gauge", "Xid errors in the last five minutes"] in asked


@pytest.mark.parametrize(
    ("cards", "capabilities"),
    [
        ("[rtx-4090]", {"drop": ["ALL"]}),
        ("[rtx-5090, rtx-4090]", {"drop": ["ALL"]}),
        ("[rtx-5090, rtx-5090]", {"drop": ["ALL"], "add": ["SYS_ADMIN"]}),
    ],
)
def test_a_host_is_profiled_only_if_all_its_cards_can_be_and_only_that_takes_a_capability(
    cards: str, capabilities: dict[str, list[str]]
) -> None:
    """The exporter asks the first card what it can, and takes it for all."""
    profiled = any("PROF" in name for name in fields(f"gpus: {cards}"))

    assert pod(f"gpus: {cards}")["containers"][0]["securityContext"]["capabilities"] == capabilities
    assert profiled == ("add" in capabilities)


def test_one_exporter_alone_needs_no_further_name() -> None:
    assert {name: hosts_of(spec) for name, spec in pods(other="gpus: [rtx-3090]", box="gpus: [rtx-4090]").items()} == {
        "dcgm-exporter": ["box", "other"]
    }


def test_hosts_of_another_runtime_list_or_sharing_have_an_exporter_of_their_own() -> None:
    found = pods(
        alone="gpus: [rtx-4090]",
        shared="gpus: [rtx-4090], sharing: {timeSlicing: 2}",
        ubuntu="os: linux, gpus: [rtx-4090]",
        profiled="gpus: [rtx-5090]",
    )

    assert {
        name: (hosts_of(spec), spec["runtimeClassName"], environment(spec).get("KUBERNETES_VIRTUAL_GPUS"))
        for name, spec in found.items()
    } == {
        "dcgm-exporter-rtx-4090-nvidia": (["ubuntu"], "nvidia", None),
        "dcgm-exporter-rtx-4090-nvidia-cdi": (["alone"], "nvidia-cdi", None),
        "dcgm-exporter-rtx-4090-shared": (["shared"], "nvidia-cdi", "true"),
        "dcgm-exporter-rtx-5090": (["profiled"], "nvidia-cdi", None),
    }


def test_no_name_of_an_exporter_is_too_long_for_a_label() -> None:
    many = "rtx-3060, rtx-3090, rtx-4060-ti-16gb, rtx-4070-ti, rtx-4080, rtx-4090, gtx-1060-6gb"
    found = pods(many=f"gpus: [{many}]", one="gpus: [rtx-5090]")

    assert [len(name) <= 63 for name in found] == [True, True]


def test_each_reads_its_own_list() -> None:
    for name, spec in pods(box=PLAIN, other=PROFILED).items():
        assert spec["containers"][0]["args"] == ["-f", "/etc/fleet/dcgm-metrics.csv"]
        assert spec["volumes"][0] == {"name": "fields", "configMap": {"name": name}}


@pytest.mark.parametrize("host", ["", "os: linux, system: aarch64-linux, gpus: [jetson-agx-thor]"], ids=str)
def test_hosts_without_cards_and_jetsons_which_have_no_nvml_have_none(host: str) -> None:
    assert rendered(box=host) == {}


def test_cards_that_dra_gives_out_are_claimed_without_taking_them_from_anybody() -> None:
    spec = pod(CLAIMED)
    template = rendered(box=CLAIMED)["ResourceClaimTemplate/dcgm-exporter"]
    (request,) = template["spec"]["spec"]["devices"]["requests"]
    (claim,) = spec["resourceClaims"]

    assert hosts_of(spec) == ["box"]
    assert request["exactly"] == {
        "deviceClassName": "gpu.nvidia.com",
        "allocationMode": "All",
        "adminAccess": True,
    }
    assert claim["resourceClaimTemplateName"] == template["metadata"]["name"]
    assert spec["containers"][0]["resources"]["claims"] == [{"name": claim["name"]}]
    assert "runtimeClassName" not in spec
    assert "NVIDIA_VISIBLE_DEVICES" not in environment(spec)


def test_an_exporter_may_ask_the_api_server_only_where_cards_are_claimed() -> None:
    accounts = [(spec.get("serviceAccountName"), spec["automountServiceAccountToken"]) for spec in map(pod, BOTH)]

    assert accounts == [(None, False), ("dcgm-exporter", True)]
    assert ["ClusterRole/dcgm-exporter" in rendered(box=host) for host in BOTH] == [False, True]


@pytest.mark.parametrize(("host", "label"), [(PLAIN, None), (CLAIMED, "true")])
def test_the_namespace_says_that_claims_of_others_cards_are_allowed(host: str, label: str | None) -> None:
    namespaces = named(objects(fleet_of("prometheus", "", {"box": host}), "platform/namespaces"))

    labels = {name: body["metadata"]["labels"] for name, body in namespaces.items() if body["kind"] == "Namespace"}
    allowed = {name: each.get("resource.kubernetes.io/admin-access") for name, each in labels.items()}
    assert allowed.pop("Namespace/monitoring") == label
    assert set(allowed.values()) <= {None}


@pytest.mark.parametrize(
    ("stack", "kind", "relabelings"),
    [("prometheus", "ServiceMonitor", "relabelings"), ("victoriaMetrics", "VMServiceScrape", "relabelConfigs")],
)
def test_metrics_of_cards_carry_the_name_of_their_host(stack: str, kind: str, relabelings: str) -> None:
    made = rendered(stack, box=PLAIN)
    (endpoint,) = made[f"{kind}/dcgm-exporter"]["spec"]["endpoints"]
    selector = made[f"{kind}/dcgm-exporter"]["spec"]["selector"]["matchLabels"]

    assert endpoint[relabelings] == [{"sourceLabels": ["__meta_kubernetes_pod_node_name"], "targetLabel": "node"}]
    assert selector.items() <= made["Service/dcgm-exporter"]["metadata"]["labels"].items()


def test_the_gpu_operators_exporter_gets_its_list_and_its_scrape_in_the_operators_namespace() -> None:
    made = rendered(platform=OPERATOR, box="os: linux, gpus: [rtx-4090]", other="os: linux, gpus: [rtx-5090]")
    text = made["ConfigMap/dcgm-exporter-fields"]["data"]["dcgm-metrics.csv"]

    assert sorted(made) == ["ConfigMap/dcgm-exporter-fields", "ServiceMonitor/dcgm-exporter"]
    assert {body["metadata"]["namespace"] for body in made.values()} == {"gpu-operator"}
    assert ("DCGM_FI_DEV_FAN_SPEED" in text, "DCGM_FI_PROF_GR_ENGINE_ACTIVE" in text) == (True, True)
