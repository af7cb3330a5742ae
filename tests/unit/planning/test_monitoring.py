"""What the stack is told, what is scraped, what cards are asked for, and what is shown."""

from __future__ import annotations

from typing import Any

import pytest

from pyfleet.planning import plan
from pyfleet.planning.platform.monitoring import monitoring_charts
from pyfleet.planning.types.monitoring import DashboardPlan, DcgmExporterPlan, MonitoringPlan
from pyfleet.resolved import Resolved
from tests.unit.fleets import fleet

BOX = "hosts: {box: {role: server, address: 10.0.0.1, gpus: [rtx-4090], memory: 64Gi}}"
ALWAYS = {"DCGM_FI_DEV_GPU_UTIL", "DCGM_FI_DEV_GPU_TEMP", "DCGM_FI_DEV_POWER_USAGE", "DCGM_EXP_XID_ERRORS_COUNT"}


def values(stack: str = "prometheus: {}", rest: str = "", platform: str = "") -> dict[str, Any]:
    text = f"{BOX}\nplatform: {{{platform}monitoring: {{{stack}{rest}}}}}"
    (chart,) = monitoring_charts(Resolved(fleet(text)))
    return chart.values


def watched(text: str, platform: str = "") -> MonitoringPlan:
    made = plan(fleet(f"platform: {{{platform}monitoring: {{prometheus: {{}}}}}}\n{text}")).monitoring
    assert made is not None
    return made


def hosts(**described: str) -> str:
    listed = [f"{name}: {{address: 10.0.0.{number}, {rest}}}" for number, (name, rest) in enumerate(described.items())]
    return f"hosts: {{first: {{role: server, address: 10.0.1.1}}, {', '.join(listed)}}}"


def exporters(platform: str = "", **described: str) -> dict[str, DcgmExporterPlan]:
    return {each.name: each for each in watched(hosts(**described), platform).dcgm}


def fields(exporter: DcgmExporterPlan) -> set[str]:
    return {field.name for field in exporter.fields}


def dashboard(made: MonitoringPlan, name: str) -> DashboardPlan:
    return next(each for each in made.dashboards if each.name == name)


def test_nothing_is_installed_where_nobody_asks() -> None:
    asked = fleet(BOX)

    assert list(monitoring_charts(Resolved(asked))) == []
    assert plan(asked).monitoring is None


@pytest.mark.parametrize("stack", ["prometheus: {}", "victoriaMetrics: {}"])
def test_what_k3s_runs_in_its_own_process_is_not_scraped_on_ports_that_nothing_listens_on(stack: str) -> None:
    told = values(stack)

    parts = ("kubeControllerManager", "kubeEtcd", "kubeProxy", "kubeScheduler")
    assert [told[part] for part in parts] == [{"enabled": False}] * 4


def test_prometheus_takes_objects_of_every_release() -> None:
    spec = values()["prometheus"]["prometheusSpec"]

    found = {key for key in spec if key.endswith("SelectorNilUsesHelmValues") and spec[key] is False}
    assert found == {
        f"{kind}SelectorNilUsesHelmValues" for kind in ("podMonitor", "probe", "rule", "scrapeConfig", "serviceMonitor")
    }


def test_prometheus_deletes_old_figures_before_its_claim_is_full() -> None:
    spec = values("prometheus: {retention: 12w, storage: {class: fast, size: 100Gi}}")["prometheus"]["prometheusSpec"]

    assert (spec["retention"], spec["retentionSize"]) == ("12w", "87040MB")
    assert spec["storageSpec"]["volumeClaimTemplate"]["spec"] == {
        "storageClassName": "fast",
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": "100Gi"}},
    }


def test_victoria_metrics_fetches_nothing_that_nobody_has_read() -> None:
    assert values("victoriaMetrics: {}")["syncJob"] == {"enabled": False}


def test_victoria_metrics_asks_for_less_than_a_gibibyte_in_all() -> None:
    told = values("victoriaMetrics: {}")
    parts = [told[part]["spec"] for part in ("vmsingle", "vmagent", "vmalert", "alertmanager")]
    parts += [told["grafana"], told["victoria-metrics-operator"]]

    asked = sum(int(part["resources"]["requests"]["memory"].removesuffix("Mi")) for part in parts)
    assert asked == 576


def test_grafana_is_a_service_called_grafana_on_port_80() -> None:
    told = values()["grafana"]

    assert (told["fullnameOverride"], told["service"]) == ("grafana", {"port": 80})
    assert "admin" not in told
    assert "grafana.ini" not in told


def test_grafana_gets_its_address_its_name_and_its_password_from_a_secret() -> None:
    expose = "expose: {loadBalancer: {port: 8080, address: 10.0.0.9}, ingress: graphs}"
    platform = "ingress: {domain: lab.example}, loadBalancer: {metallb: {pools: {lan: 10.0.0.8-10.0.0.9}}}, "
    told = values(rest=f", grafana: {{admin: grafana-admin, {expose}}}", platform=platform)["grafana"]

    assert told["service"] == {
        "port": 8080,
        "type": "LoadBalancer",
        "annotations": {"metallb.io/loadBalancerIPs": "10.0.0.9"},
    }
    assert told["grafana.ini"] == {"server": {"root_url": "https://graphs.lab.example"}}
    assert told["admin"]["existingSecret"] == "grafana-admin"


def test_without_anybody_to_notify_alertmanager_is_left_as_it_comes() -> None:
    assert {"alertmanager", "extraManifests"} & set(values()) == set()
    assert values("victoriaMetrics: {}")["alertmanager"]["config"] == {
        "route": {"receiver": "null"},
        "receivers": [{"name": "null"}],
    }


def test_the_prometheus_operator_reads_addresses_from_secrets_because_it_refuses_discords_in_a_file() -> None:
    told = values(rest=", notify: {discord: hooks/discord, slack: hooks/slack, webhook: other/url}")
    (config,) = told["extraManifests"]

    assert told["alertmanager"]["alertmanagerSpec"]["alertmanagerConfiguration"] == config["metadata"]
    assert config["spec"]["receivers"][0] == {
        "name": "fleet",
        "discordConfigs": [{"apiURL": {"name": "hooks", "key": "discord"}, "sendResolved": True}],
        "slackConfigs": [{"apiURL": {"name": "hooks", "key": "slack"}, "sendResolved": True}],
        "webhookConfigs": [{"urlSecret": {"name": "other", "key": "url"}, "sendResolved": True}],
    }


def test_victoria_metrics_reads_addresses_from_files_of_mounted_secrets() -> None:
    told = values("victoriaMetrics: {}", ", notify: {discord: hooks/discord, slack: hooks/slack, webhook: other/url}")

    assert told["alertmanager"]["spec"]["secrets"] == ["hooks", "other"]
    assert told["alertmanager"]["config"]["receivers"][0] == {
        "name": "fleet",
        "discord_configs": [{"webhook_url_file": "/etc/vm/secrets/hooks/discord", "send_resolved": True}],
        "slack_configs": [{"api_url_file": "/etc/vm/secrets/hooks/slack", "send_resolved": True}],
        "webhook_configs": [{"url_file": "/etc/vm/secrets/other/url", "send_resolved": True}],
    }


def test_alerts_that_always_fire_are_told_to_nobody() -> None:
    prometheus = values(rest=", notify: {webhook: other/url}")["extraManifests"][0]["spec"]["route"]
    victoria = values("victoriaMetrics: {}", ", notify: {webhook: other/url}")["alertmanager"]["config"]["route"]

    assert [route["routes"][0]["receiver"] for route in (prometheus, victoria)] == ["null", "null"]


def test_a_fleet_without_gpus_has_no_exporter() -> None:
    assert exporters() == {}


def test_geforce_before_blackwell_is_asked_for_memory_and_fan_and_nothing_of_data_centres() -> None:
    (exporter,) = exporters(box="gpus: [rtx-4090]").values()

    assert fields(exporter) >= ALWAYS | {"DCGM_FI_DEV_FB_USED", "DCGM_FI_DEV_FAN_SPEED"}
    assert [name for name in fields(exporter) if "PROF" in name or "ECC" in name or "ROW" in name] == []
    assert not exporter.profiling


def test_unified_memory_is_not_asked_for_what_nvml_does_not_tell() -> None:
    (exporter,) = exporters(spark="system: aarch64-linux, os: linux, gpus: [gb10]").values()

    assert fields(exporter) == ALWAYS | {"DCGM_FI_DEV_SM_CLOCK", "DCGM_FI_DRIVER_VERSION"}


def test_cards_of_data_centres_are_asked_for_everything_but_a_fan() -> None:
    (exporter,) = exporters(box="gpus: [h100-sxm]").values()
    known = set(Resolved(fleet(BOX)).catalog.dcgm)

    assert fields(exporter) == known - {"DCGM_FI_DEV_FAN_SPEED"}
    assert exporter.profiling


def test_a_host_is_profiled_only_if_all_its_cards_can_be() -> None:
    (mixed,) = exporters(box="gpus: [rtx-5090, rtx-4090]").values()
    (alike,) = exporters(box="gpus: [rtx-5090, rtx-5090]").values()

    assert (mixed.profiling, alike.profiling) == (False, True)


def test_one_exporter_alone_needs_no_further_name() -> None:
    assert list(exporters(box="gpus: [rtx-4090]", other="gpus: [rtx-3090]")) == ["dcgm-exporter"]


def test_hosts_of_another_runtime_list_or_sharing_have_an_exporter_of_their_own() -> None:
    found = exporters(
        alone="gpus: [rtx-4090]",
        shared="gpus: [rtx-4090], sharing: {timeSlicing: 2}",
        ubuntu="os: linux, gpus: [rtx-4090]",
        profiled="gpus: [rtx-5090]",
    )

    assert {name: (each.hosts, each.runtime_class, each.shared) for name, each in found.items()} == {
        "dcgm-exporter-rtx-4090-nvidia": (("ubuntu",), "nvidia", False),
        "dcgm-exporter-rtx-4090-nvidia-cdi": (("alone",), "nvidia-cdi", False),
        "dcgm-exporter-rtx-4090-shared": (("shared",), "nvidia-cdi", True),
        "dcgm-exporter-rtx-5090": (("profiled",), "nvidia-cdi", False),
    }


def test_no_name_of_an_exporter_is_too_long_for_a_label() -> None:
    many = "rtx-3060, rtx-3090, rtx-4060-ti-16gb, rtx-4070-ti, rtx-4080, rtx-4090, gtx-1060-6gb"
    found = exporters(many=f"gpus: [{many}]", one="gpus: [rtx-5090]")

    assert [len(name) <= 63 for name in found] == [True, True]


def test_cards_given_by_dra_are_claimed_not_reached_by_a_runtime() -> None:
    (exporter,) = exporters(claimed="os: linux, gpus: [rtx-4090], allocation: dra").values()

    assert (exporter.hosts, exporter.runtime_class) == (("claimed",), None)


def test_a_jetson_has_no_exporter_because_it_has_no_nvml() -> None:
    assert exporters(jetson="os: linux, system: aarch64-linux, gpus: [jetson-agx-thor]") == {}


def test_the_gpu_operator_runs_its_exporter_with_the_fleets_fields() -> None:
    shared = hosts(spark="os: linux, system: aarch64-linux, gpus: [gb10], sharing: {timeSlicing: 4}")
    made = plan(fleet(f"platform: {{gpu: {{operator: {{}}}}, monitoring: {{prometheus: {{}}}}}}\n{shared}"))
    told = next(chart.values for chart in made.charts if chart.name == "gpu-operator")

    assert told["dcgmExporter"] == {
        "config": {"name": "dcgm-exporter-fields"},
        "serviceMonitor": {"enabled": False},
        "env": [{"name": "KUBERNETES_VIRTUAL_GPUS", "value": "true"}],
    }
    assert made.monitoring is not None
    assert made.monitoring.dcgm == ()
    assert made.monitoring.dcgm_operator is not None
    assert made.monitoring.dcgm_operator.namespace == "gpu-operator"


def test_the_gpu_operator_is_told_nothing_of_figures_that_nobody_reads() -> None:
    text = f"platform: {{gpu: {{operator: {{}}}}}}\n{hosts(box='os: linux, gpus: [rtx-4090]')}"

    assert ["dcgmExporter" in chart.values for chart in plan(fleet(text)).charts] == [False]


SERVED = f"""
{BOX}
engines: {{counted: {{ports: {{http: 80, admin: 81}}, metrics: {{path: /figures, port: admin}}}}}}
workloads:
  vllm: {{engine: vllm, image: "a/b:1"}}
  own: {{engine: counted, image: "a/b:1"}}
  ollama: {{engine: ollama}}
  batch: {{engine: vllm, kind: Job, image: "a/b:1"}}
"""


def test_workloads_whose_engine_tells_figures_are_scraped_and_jobs_are_not() -> None:
    scrapes = watched(SERVED).scrapes

    assert [(each.name, each.port, each.path) for each in scrapes] == [
        ("own", "admin", "/figures"),
        ("vllm", "http", "/metrics"),
    ]


@pytest.mark.parametrize(("secrets", "key"), [("", None), (", secrets: {LLAMA_API_KEY: llama/key}", ("llama", "key"))])
def test_llama_cpp_is_asked_with_its_key_where_it_has_one(secrets: str, key: tuple[str, str] | None) -> None:
    (scrape,) = watched(f'{BOX}\nworkloads: {{it: {{engine: llama-cpp, image: "a/b:1"{secrets}}}}}').scrapes

    assert scrape.key == key


@pytest.mark.parametrize(
    ("platform", "told", "args"),
    [
        ("monitoring: {prometheus: {}}", "", ("--metrics",)),
        ("monitoring: {prometheus: {}}", ", args: [--metrics, -v]", ("--metrics", "-v")),
        ("monitoring: {prometheus: {}}", ", command: [sh, -c, exec server]", ()),
        ("", "", ()),
    ],
)
def test_an_engine_is_asked_to_tell_figures_where_somebody_reads_them(
    platform: str, told: str, args: tuple[str, ...]
) -> None:
    text = f'{BOX}\nplatform: {{{platform}}}\nworkloads: {{it: {{engine: llama-cpp, image: "a/b:1"{told}}}}}'

    assert plan(fleet(text)).workloads[0].args == args


def test_every_engine_in_use_that_tells_figures_has_a_dashboard() -> None:
    names = [each.name for each in watched(SERVED).dashboards]

    assert names == ["fleet", "hosts", "gpus", "engine-vllm"]


MODEL = "model: {id: Qwen/Qwen2.5-7B-Instruct}"


def test_engines_that_share_names_of_figures_are_told_apart_by_their_services() -> None:
    made = watched(
        f'{BOX}\nworkloads: {{a: {{engine: vllm, image: "a/b:1"}}, b: {{engine: nim, image: "a/b:1", {MODEL}}}}}'
    )
    read = {name: str(dashboard(made, f"engine-{name}")) for name in ("vllm", "nim")}

    assert ('service="a"' in read["vllm"], 'service="b"' in read["vllm"]) == (True, False)
    assert ('service="a"' in read["nim"], 'service="b"' in read["nim"]) == (False, True)


def test_the_dashboard_of_gpus_shows_nothing_that_stays_empty() -> None:
    spark = watched(hosts(spark="system: aarch64-linux, os: linux, gpus: [gb10]"))
    shown = str(dashboard(spark, "gpus"))

    assert ("DCGM_FI_DEV_FB_USED" in shown, "DCGM_FI_PROF" in shown) == (False, False)
    assert 'node_memory_MemAvailable_bytes * on (instance) group_left (nodename) node_uname_info{nodename="spark"}' in (
        shown
    ).replace('\\"', '"')


def test_the_dashboard_of_gpus_reads_only_fields_that_are_asked_for() -> None:
    made = watched(hosts(box="gpus: [h100-sxm]"))
    asked = {field.name for each in made.dcgm for field in each.fields}
    panels = dashboard(made, "gpus").panels
    shown = {word for panel in panels for query, _ in panel.queries for word in _metrics(query)}

    assert shown - asked == set()
    assert len(shown) > len(ALWAYS)


def _metrics(query: str) -> set[str]:
    words = query.replace("(", " ").replace(")", " ").replace("[", " ").split()
    return {word for word in words if word.startswith("DCGM_")}


def test_the_dashboard_of_the_fleet_shows_work_coming_out_and_canaries() -> None:
    text = f"""
{BOX}
workloads:
  it: {{engine: vllm, image: "a/b:1"}}
  shape: {{image: "a/b:1", ports: {{http: 80}}, canary: {{path: /generate}}}}
"""
    titles = [panel.title for panel in dashboard(watched(text), "fleet").panels]

    assert titles == [
        "Requests finished in a minute",
        "Tokens generated in a second",
        "Requests waiting",
        "Since a canary was answered",
        "Pods that are not ready",
        "Restarts in an hour",
    ]


def test_no_uid_of_a_dashboard_is_too_long_for_grafana() -> None:
    name = "an-engine-with-a-name-that-is-longer-than-most"
    metrics = "metrics: {}, metricNames: {running: its_running}"
    text = f"{BOX}\nengines: {{{name}: {{ports: {{http: 80}}, {metrics}}}}}\n"
    made = watched(f'{text}workloads: {{it: {{engine: {name}, image: "a/b:1"}}}}')

    assert [len(each.uid) <= 40 for each in made.dashboards] == [True] * 4
