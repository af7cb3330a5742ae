"""Which alerts a fleet has, and which metrics they read."""

from __future__ import annotations

import re

import pytest

from pyfleet.model.catalog import Engine
from pyfleet.offers.part import Part
from pyfleet.offers.rules import AlertRule, RuleGroup
from pyfleet.parts import PARTS
from pyfleet.parts.alerts.rules import groups_of_entries, groups_of_fleet
from pyfleet.pipeline import examine
from pyfleet.rendering import render
from tests.rules.fleet_cases import FLEET
from tests.unit.fleets import fleet, named, objects, objects_in, planned, resolved

BOX = "hosts: {box: {role: server, address: 10.0.0.1, gpus: [rtx-4090], memory: 64Gi}}"
ENGINES = """
hosts: {box: {role: server, address: 10.0.0.1, gpus: [h100-pcie], memory: 256Gi}}
engines:
  heartless: {ports: {http: 80}, metrics: {}, metricNames: {running: busy}}
  counting: {ports: {http: 80}, metrics: {}, metricNames: {finished: done_total}}
  silent: {ports: {http: 80}}
workloads:
  %s
"""
NO_METRICS = {
    *("absent", "and", "by", "count", "increase", "max_over_time", "min", "min_over_time", "offset", "on", "or"),
    *("rate", "sum", "time", "unless", "vector"),
}


def groups_of(text: str) -> dict[str, RuleGroup]:
    plan = planned(text)
    groups = [*groups_of_fleet(plan), *groups_of_entries(plan)]
    assert len({group.name for group in groups}) == len(groups)
    return {group.name: group for group in groups}


def alerts_of(text: str) -> list[AlertRule]:
    return [alert for group in groups_of(text).values() for alert in group.alerts]


def alerts_on(workload: str) -> dict[str, list[str]]:
    """Alerts on one workload of `ENGINES`, and the metrics each reads."""
    groups = groups_of(ENGINES % workload)
    return {
        alert.name: sorted(metrics_in(alert.expr))
        for name, group in groups.items()
        if name.startswith(("engine", "workload", "canary"))
        for alert in group.alerts
    }


def metrics_in(expression: str) -> set[str]:
    """Metrics that an expression reads: its words, without labels, ranges and PromQL's own words."""
    bare = re.sub(r'"[^"]*"', "", expression)
    bare = re.sub(r"\{[^}]*\}|\[[^]]*\]|\b(?:by|on) \([^)]*\)", "", bare)
    words = set(re.findall(r"\b[A-Za-z_][A-Za-z0-9_:]*", bare))
    return words - NO_METRICS


def test_every_metric_that_an_alert_reads_is_missed_by_another_when_it_vanishes() -> None:
    alerts = alerts_of(FLEET)
    twins = [alert for alert in alerts if alert.name.endswith("Absent") or alert.name == "CanaryNeverSucceeded"]
    read = set().union(*(metrics_in(alert.expr) for alert in alerts))

    assert read - set().union(*(metrics_in(alert.expr) for alert in twins)) == set()
    assert {"vllm:num_requests_running", "kube_node_info", "DCGM_FI_DEV_GPU_TEMP"} <= read, "else it finds too few"


def test_no_two_alerts_have_one_name_and_the_same_labels() -> None:
    names = [(alert.name, *sorted(alert.labels.items())) for alert in alerts_of(FLEET)]

    assert sorted(set(names)) == sorted(names)


def test_every_alert_says_what_to_do_first() -> None:
    commands = re.compile(r": (?:kubectl|systemctl|df|dmesg|nvidia-smi) \S")

    assert [alert.name for alert in alerts_of(FLEET) if not commands.search(alert.description)] == []
    assert [alert.name for alert in alerts_of(FLEET) if "\n" in alert.summary or alert.summary.endswith(".")] == []


def test_alerts_are_the_same_whatever_the_order_of_the_file() -> None:
    workloads = [
        "glm: {engine: vllm, gpu: {memory: 9Gi}}",
        "qwen: {engine: vllm, gpu: {memory: 9Gi}}",
    ]
    there, back = (ENGINES % "\n  ".join(order) for order in (workloads, workloads[::-1]))

    assert alerts_of(there) == alerts_of(back)


def test_an_engine_without_a_heartbeat_is_only_asked_whether_it_exposes_metrics() -> None:
    assert alerts_on("a: {engine: heartless, image: a/b:1}") == {
        "HeartlessMetricsAbsent": ["busy", "kube_deployment_status_replicas_ready"]
    }


def test_an_engine_that_only_counts_is_missed_where_its_user_alerts_on_that() -> None:
    assert alerts_on("a: {engine: counting, image: a/b:1}") == {}
    assert alerts_on("a: {engine: counting, image: a/b:1, alerts: {few: {metric: finished, below: 1}}}") == {
        "CountingMetricsAbsent": ["done_total", "kube_deployment_status_replicas_ready"],
        "AFew": ["done_total"],
    }


@pytest.mark.parametrize(
    "workload",
    [
        "a: {engine: silent, image: a/b:1}",
        "a: {engine: vllm, kind: Job, image: a/b:1}",
        "a: {engine: vllm, kind: CronJob, schedule: '@daily', image: a/b:1}",
        "a: {image: a/b:1}",
    ],
)
def test_what_exposes_no_metrics_is_not_missed_for_them(workload: str) -> None:
    assert [name for name in alerts_on(workload) if name != "StartupBudgetNearlyUsed"] == []


def test_an_alert_on_a_metric_that_is_not_there_is_left_to_the_checks() -> None:
    alerts = alerts_on("a: {engine: heartless, image: a/b:1, alerts: {few: {metric: finished, below: 1}}}")

    assert "AFew" not in alerts


def test_a_group_of_pods_is_asked_by_its_leaders() -> None:
    alerts = alerts_on("a: {engine: vllm, kind: LeaderWorkerSet, size: 2}")

    assert "kube_statefulset_status_replicas_ready" in alerts["VllmMetricsAbsent"]


def test_a_short_start_gets_no_warning_that_would_come_too_late() -> None:
    assert "StartupBudgetNearlyUsed" not in alerts_on("a: {engine: silent, image: a/b:1, startup: 7m}")
    assert "StartupBudgetNearlyUsed" in alerts_on("a: {engine: silent, image: a/b:1, startup: 8m}")


def test_hosts_that_give_cards_by_claims_are_not_asked_for_the_plugins_resource() -> None:
    text = """
hosts:
  box: {role: server, address: 10.0.0.1, gpus: [rtx-4090], os: linux, allocation: dra}
"""

    assert "GpusFewerThanPlanned" not in {alert.name for alert in alerts_of(text)}


def test_jetsons_have_no_exporter_to_miss() -> None:
    text = "hosts: {box: {role: server, address: 10.0.0.1, gpus: [jetson-agx-thor], os: linux, system: aarch64-linux}}"
    names = {alert.name for alert in alerts_of(text)}

    assert {"GpuHot", "GpuXidErrors", "GpuMetricsAbsent"} & names == set()
    assert "GpusFewerThanPlanned" in names


def test_a_fleet_without_cards_has_no_alerts_on_them() -> None:
    groups = groups_of("hosts: {box: {role: server, address: 10.0.0.1}}")

    assert list(groups) == ["hosts", "pods", "sources"]
    assert [alert.name for alert in groups["sources"].alerts] == ["KubeStateMetricsAbsent", "NodeExporterAbsent"]


def test_the_catalogs_heartbeats_move_while_requests_are_worked_on() -> None:
    """SGLang's generation_tokens_total moves when a request is done: a long one would look like a wedge."""
    engine = Engine.model_validate({"metrics": {}, "metricNames": {"running": "a", "generatedTokens": "b"}})
    sglang = resolved(BOX).engines["sglang"]

    assert engine.metric_names.iterations is None
    assert sglang.metric_names.iterations == "sglang:realtime_tokens_total"


@pytest.mark.parametrize(
    ("stack", "api", "kind"),
    [
        ("prometheus", "monitoring.coreos.com/v1", "PrometheusRule"),
        ("victoriaMetrics", "operator.victoriametrics.com/v1beta1", "VMRule"),
    ],
)
def test_alerts_are_objects_of_the_stacks_own_kind_and_those_of_one_entry_stand_in_its_folder(
    stack: str, api: str, kind: str
) -> None:
    text = (
        f"{BOX}\nplatform: {{monitoring: {{{stack}: {{}}}}}}\n"
        "workloads: {it: {engine: vllm, image: a/b:1, namespace: ai}}\n"
        "services: {lm: {address: 10.0.0.9, port: 1234, canary: {path: /v1}}}"
    )
    places = {"platform/monitoring": f"{kind}/fleet", "workloads/it": f"{kind}/it", "services/lm": f"{kind}/lm"}
    rules = [named(objects(text, folder))[name] for folder, name in places.items()]

    assert {each["apiVersion"] for each in rules} == {api}
    assert [each["metadata"]["namespace"] for each in rules] == ["monitoring", "ai", "default"]
    assert [[group["name"] for group in each["spec"]["groups"]] for each in rules] == [
        [group.name for group in groups_of_fleet(planned(text))],
        ["workload-it"],
        ["canary-lm"],
    ]


def test_an_alert_of_another_part_that_is_about_no_single_entry_stands_with_the_fleets() -> None:
    text = f"{BOX}\nplatform: {{monitoring: {{prometheus: {{}}}}}}"
    alert = AlertRule("Toy", "toy_total > 0", 0, "warning", "It toys", "See it")
    toy = Part(name="toy", rules=lambda _: [RuleGroup("toys", (alert,))])
    plan = examine(fleet(text), (*PARTS, toy)).plan
    assert plan is not None
    rules = named(objects_in(render(plan), "kubernetes/platform/monitoring"))["PrometheusRule/fleet"]

    assert [group["name"] for group in rules["spec"]["groups"]] == ["hosts", "gpus", "pods", "toys", "sources"]


def test_without_a_stack_there_is_no_object_of_an_alert() -> None:
    text = f"{BOX}\nworkloads: {{it: {{engine: vllm, image: a/b:1}}}}"

    assert [name for name in named(objects(text, "platform") + objects(text, "workloads/it")) if "Rule" in name] == []
