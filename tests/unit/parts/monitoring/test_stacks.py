"""What the stacks are given, and who hears of alerts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.fleets import resolved, values_of

BOX = "hosts: {box: {role: server, address: 10.0.0.1, gpus: [rtx-4090], memory: 64Gi}}"
CHARTS = {"prometheus": "kube-prometheus-stack", "victoriaMetrics": "victoria-metrics-k8s-stack"}
NOTIFY = ", notify: {discord: hooks/discord, slack: hooks/slack, webhook: other/url}"


def values(stack: str = "prometheus: {}", rest: str = "", platform: str = "") -> dict[str, Any]:
    text = f"{BOX}\nplatform: {{{platform}monitoring: {{{stack}{rest}}}}}"
    return values_of(CHARTS[stack.partition(":")[0]], text)


def test_nothing_is_scraped_where_nobody_asks() -> None:
    offers = resolved(BOX).offers

    assert (offers.metrics, offers.metrics_namespace, offers.storage_classes) == ("", "", ())


@pytest.mark.parametrize("stack", ["prometheus: {}", "victoriaMetrics: {}"])
def test_what_k3s_runs_in_its_own_process_is_not_scraped_on_ports_that_nothing_listens_on(stack: str) -> None:
    made = values(stack)

    inside = ("kubeControllerManager", "kubeEtcd", "kubeProxy", "kubeScheduler")
    assert [made[name] for name in inside] == [{"enabled": False}] * 4


def test_prometheus_takes_objects_of_every_release() -> None:
    spec = values()["prometheus"]["prometheusSpec"]

    found = {key for key in spec if key.endswith("SelectorNilUsesHelmValues") and spec[key] is False}
    assert found == {
        f"{kind}SelectorNilUsesHelmValues" for kind in ("podMonitor", "probe", "rule", "scrapeConfig", "serviceMonitor")
    }


def test_prometheus_deletes_old_metrics_before_its_claim_is_full() -> None:
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
    made = values("victoriaMetrics: {}")
    asking = [made[name]["spec"] for name in ("vmsingle", "vmagent", "vmalert", "alertmanager")]
    asking += [made["grafana"], made["victoria-metrics-operator"]]

    asked = sum(int(each["resources"]["requests"]["memory"].removesuffix("Mi")) for each in asking)
    assert asked == 576


def test_grafana_is_a_service_called_grafana_on_port_80() -> None:
    grafana = values()["grafana"]

    assert (grafana["fullnameOverride"], grafana["service"]) == ("grafana", {"port": 80})
    assert "admin" not in grafana
    assert "grafana.ini" not in grafana


def test_grafana_gets_its_address_its_name_and_its_password_from_a_secret() -> None:
    expose = "expose: {loadBalancer: {port: 8080, address: 10.0.0.9}, ingress: graphs}"
    platform = "ingress: {domain: lab.example}, loadBalancer: {metallb: {pools: {lan: 10.0.0.8-10.0.0.9}}}, "
    grafana = values(rest=f", grafana: {{admin: grafana-admin, {expose}}}", platform=platform)["grafana"]

    assert grafana["service"] == {
        "port": 8080,
        "type": "LoadBalancer",
        "annotations": {"metallb.io/loadBalancerIPs": "10.0.0.9"},
    }
    assert grafana["grafana.ini"] == {"server": {"root_url": "https://graphs.lab.example"}}
    assert grafana["admin"]["existingSecret"] == "grafana-admin"


def test_without_anybody_to_notify_alertmanager_is_left_as_it_comes() -> None:
    assert {"alertmanager", "extraManifests"} & set(values()) == set()
    assert values("victoriaMetrics: {}")["alertmanager"]["config"] == {
        "route": {"receiver": "null"},
        "receivers": [{"name": "null"}],
    }


def test_the_prometheus_operator_reads_addresses_from_secrets_because_it_refuses_discords_in_a_file() -> None:
    made = values(rest=NOTIFY)
    (config,) = made["extraManifests"]

    assert made["alertmanager"]["alertmanagerSpec"]["alertmanagerConfiguration"] == config["metadata"]
    assert config["spec"]["receivers"][0] == {
        "name": "fleet",
        "discordConfigs": [{"apiURL": {"name": "hooks", "key": "discord"}, "sendResolved": True}],
        "slackConfigs": [{"apiURL": {"name": "hooks", "key": "slack"}, "sendResolved": True}],
        "webhookConfigs": [{"urlSecret": {"name": "other", "key": "url"}, "sendResolved": True}],
    }


def test_victoria_metrics_reads_addresses_from_files_of_mounted_secrets() -> None:
    made = values("victoriaMetrics: {}", NOTIFY)

    assert made["alertmanager"]["spec"]["secrets"] == ["hooks", "other"]
    assert made["alertmanager"]["config"]["receivers"][0] == {
        "name": "fleet",
        "discord_configs": [{"webhook_url_file": "/etc/vm/secrets/hooks/discord", "send_resolved": True}],
        "slack_configs": [{"api_url_file": "/etc/vm/secrets/hooks/slack", "send_resolved": True}],
        "webhook_configs": [{"url_file": "/etc/vm/secrets/other/url", "send_resolved": True}],
    }


def test_nobody_hears_of_alerts_that_always_fire() -> None:
    prometheus = values(rest=NOTIFY)["extraManifests"][0]["spec"]["route"]
    victoria = values("victoriaMetrics: {}", NOTIFY)["alertmanager"]["config"]["route"]

    assert [route["receiver"] for route in (prometheus, victoria)] == ["fleet", "fleet"]
    assert [route["routes"][0]["receiver"] for route in (prometheus, victoria)] == ["null", "null"]
    assert prometheus["routes"][0]["matchers"] == [
        {"name": "alertname", "matchType": "=~", "value": "Watchdog|InfoInhibitor"}
    ]
    assert victoria["routes"][0]["matchers"] == ['alertname=~"Watchdog|InfoInhibitor"']
