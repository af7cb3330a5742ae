"""Decide the alerts on missing metrics: an alert whose metric is missing never fires."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.offers.rules import AlertRule, RuleGroup
from pyfleet.promql import any_of, metrics_of_sources
from pyfleet.resolved.gpus import hosts_with_exporter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyfleet.resolved import Resolved

NOT_YET = "kube_cronjob_status_last_successful_time"
"""This metric is absent until a canary succeeds; CanaryNeverSucceeded fires when that takes too long."""


def source_group(resolved: Resolved, others: Iterable[RuleGroup]) -> RuleGroup:
    """Decide one alert for each source of metrics that the other alerts read."""
    read = set[str]().union(*(metrics_of_sources(alert.expr) for group in others for alert in group.alerts)) - {NOT_YET}
    return RuleGroup("sources", tuple(_twins(resolved, sorted(read))))


def _twins(resolved: Resolved, read: list[str]) -> Iterator[AlertRule]:
    state = [metric for metric in read if metric.startswith("kube_")]
    yield AlertRule(
        name="KubeStateMetricsAbsent",
        expr=any_of(*(f"absent({metric})" for metric in state)),
        seconds=600,
        severity="critical",
        summary="Prometheus lacks metrics of the cluster's state",
        description=f"One of these is missing, and alerts on it are blind: {', '.join(state)}. See kube-state-metrics: "
        "kubectl get pods -A -l app.kubernetes.io/name=kube-state-metrics",
    )
    hosts = len(resolved.fleet.hosts)
    disks = [metric for metric in read if metric.startswith("node_")]
    yield AlertRule(
        name="NodeExporterAbsent",
        expr=any_of(*(_fewer(metric, hosts) for metric in disks)),
        seconds=900,
        severity="warning",
        summary=f"Only {{{{ $value }}}} of {hosts} hosts report how full their disks are",
        description=f"Alerts on {', '.join(disks)} are blind for the others. See which lack an exporter: "
        "kubectl get pods -A -o wide -l app.kubernetes.io/name=prometheus-node-exporter",
    )
    cards = len(hosts_with_exporter(resolved))
    health = [metric for metric in read if metric.startswith("DCGM_")]
    if cards and health:
        yield AlertRule(
            name="GpuMetricsAbsent",
            expr=any_of(*(_fewer(metric, cards) for metric in health)),
            seconds=900,
            severity="warning",
            summary=f"Only {{{{ $value }}}} of {cards} hosts report how their GPUs are",
            description=f"Alerts on {', '.join(health)} are blind for the others. See which lack an exporter: "
            "kubectl get pods -A -o wide | grep dcgm-exporter",
        )


def _fewer(metric: str, hosts: int) -> str:
    """Compare the number of hosts that expose a metric; PromQL counts no series as nothing, here it is zero."""
    return f"(count(count by (instance) ({metric})) or vector(0)) < {hosts}"
