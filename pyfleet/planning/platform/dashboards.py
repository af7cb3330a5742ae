"""Decide Grafana's dashboards: figures that this fleet's cards and engines tell, and none that stay empty."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from typing import TYPE_CHECKING

from pyfleet.planning.platform.alerts.hosts import FREE_OF_DISKS
from pyfleet.planning.platform.alerts.promql import one_of
from pyfleet.planning.platform.gpu_dashboard import gpu_panels
from pyfleet.planning.types.monitoring import DashboardPlan, PanelPlan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.model.catalog import MetricNames
    from pyfleet.planning.types.monitoring import CanaryPlan
    from pyfleet.planning.types.workloads import WorkloadPlan
    from pyfleet.resolved import Resolved

LONGEST_UID = 40
"""Characters, as Grafana allows."""
WORKLOAD = "{{namespace}}/{{service}}"
POD = "{{namespace}}/{{pod}}"
HOST = "{{nodename}}"
_BY_WORKLOAD = "by (namespace, service)"


def dashboard_plans(
    resolved: Resolved, workloads: tuple[WorkloadPlan, ...], canaries: tuple[CanaryPlan, ...]
) -> Iterator[DashboardPlan]:
    """Decide all dashboards: one of the fleet, of its hosts, of its GPUs, and of each engine that tells figures."""
    served = _served(resolved, workloads)
    names = {engine: resolved.engines[engine].metric_names for engine in served}
    yield _dashboard("fleet", "Fleet", tuple(_fleet(served, names, canaries)))
    yield _dashboard("hosts", "Hosts", tuple(_hosts()))
    gpus = tuple(gpu_panels(resolved))
    if gpus:
        yield _dashboard("gpus", "GPUs", gpus)
    for engine, services in served.items():
        panels = tuple(_engine(names[engine], services))
        if panels:
            yield _dashboard(f"engine-{engine}", f"Engine: {engine}", panels)


def _dashboard(name: str, title: str, panels: tuple[PanelPlan, ...]) -> DashboardPlan:
    uid = f"fleet-{name}"
    if len(uid) > LONGEST_UID:
        uid = f"fleet-{hashlib.sha256(name.encode()).hexdigest()[:16]}"
    return DashboardPlan(name.replace(".", "-"), uid, title, panels)


def _served(resolved: Resolved, workloads: tuple[WorkloadPlan, ...]) -> dict[str, list[str]]:
    """Gather the workloads of each engine that tells figures. Engines may share names of figures, never a Service."""
    served: dict[str, list[str]] = defaultdict(list)
    for workload in workloads:
        said = resolved.fleet.workloads[workload.name]
        if resolved.metrics_of(said):
            served[said.engine].append(workload.name)
    return dict(sorted(served.items()))


def _fleet(
    served: dict[str, list[str]], names: dict[str, MetricNames], canaries: tuple[CanaryPlan, ...]
) -> Iterator[PanelPlan]:
    """Decide what shows whether work comes out."""
    finished = _each(served, {engine: each.finished for engine, each in names.items()})
    tokens = _each(served, {engine: each.generated_tokens for engine, each in names.items()})
    waiting = _each(served, {engine: each.waiting for engine, each in names.items()})
    if finished:
        queries = tuple((f"60 * sum {_BY_WORKLOAD} (rate({series}[5m]))", WORKLOAD) for series in finished)
        yield PanelPlan("Requests finished in a minute", "short", queries)
    if tokens:
        queries = tuple((f"sum {_BY_WORKLOAD} (rate({series}[5m]))", WORKLOAD) for series in tokens)
        yield PanelPlan("Tokens generated in a second", "short", queries)
    if waiting:
        yield PanelPlan(
            "Requests waiting", "short", tuple((f"sum {_BY_WORKLOAD} ({series})", WORKLOAD) for series in waiting)
        )
    if canaries:
        jobs = one_of("kube_cronjob_status_last_successful_time", "cronjob", sorted({each.name for each in canaries}))
        since = f"time() - max by (namespace, cronjob) ({jobs})"
        yield PanelPlan("Since a canary was answered", "s", ((since, "{{namespace}}/{{cronjob}}"),))
    unready = (
        'sum by (namespace, pod) (kube_pod_status_ready{condition="false"}) > 0\n'
        'unless on (namespace, pod) kube_pod_status_phase{phase="Succeeded"} == 1'
    )
    yield PanelPlan("Pods that are not ready", "short", ((unready, POD),))
    restarts = "sum by (namespace, pod) (increase(kube_pod_container_status_restarts_total[1h])) > 0"
    yield PanelPlan("Restarts in an hour", "short", ((restarts, POD),))


def _each(served: dict[str, list[str]], metrics: dict[str, str | None]) -> list[str]:
    """Select one figure of every engine that has it."""
    return [one_of(metric, "service", served[engine]) for engine, metric in metrics.items() if metric]


def _hosts() -> Iterator[PanelPlan]:
    named = "* on (instance) group_left (nodename) node_uname_info"
    busy = 'avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[5m]))'
    free = "node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes"
    for title, expression in (("CPU in use", f"(1 - {busy})"), ("Memory in use", f"(1 - {free})")):
        yield PanelPlan(title, "percentunit", ((f"{expression} {named}", HOST),))
    used = f"(1 - min by (instance, device) ({FREE_OF_DISKS})) {named}"
    yield PanelPlan("Disks in use", "percentunit", ((used, f"{HOST} {{{{device}}}}"),))
    for title, direction in (("Received over the network", "receive"), ("Sent over the network", "transmit")):
        rate = f'rate(node_network_{direction}_bytes_total{{device!~"lo|veth.*|cni.*|flannel.*"}}[5m])'
        yield PanelPlan(title, "Bps", ((f"sum by (instance) ({rate}) {named}", HOST),))


def _engine(names: MetricNames, services: list[str]) -> Iterator[PanelPlan]:
    def series(metric: str) -> str:
        return one_of(metric, "service", services)

    work = (("running", names.running), ("waiting", names.waiting))
    requests = tuple(
        (f"sum by (namespace, pod) ({series(metric)})", f"{POD} {word}") for word, metric in work if metric
    )
    if requests:
        yield PanelPlan("Requests", "short", requests)
    for title, counter in (
        ("Requests finished in a second", names.finished),
        ("Tokens generated in a second", names.generated_tokens),
        ("Steps of the engine in a second", names.iterations),
    ):
        if counter:
            yield PanelPlan(title, "short", ((f"sum by (namespace, pod) (rate({series(counter)}[5m]))", POD),))
    if names.kv_cache_usage:
        used = f"max by (namespace, pod) ({series(names.kv_cache_usage)})"
        yield PanelPlan("KV cache in use", "percentunit", ((used, POD),))
    for title, histogram in (("Time to the first token", names.first_token), ("Time of a request", names.latency)):
        if histogram:
            rates = f"sum by (namespace, service, le) (rate({series(f'{histogram}_bucket')}[5m]))"
            queries = tuple(
                (f"histogram_quantile({part}, {rates})", f"{WORKLOAD} {word}")
                for part, word in (("0.5", "half"), ("0.95", "95 %"))
            )
            yield PanelPlan(title, "s", queries)
