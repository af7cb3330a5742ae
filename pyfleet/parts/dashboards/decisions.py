"""Grafana's dashboards: only metrics that this fleet's cards and engines expose, so that no graph stays empty."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pyfleet.digest import digest
from pyfleet.offers.dashboards import Dashboard, Panel
from pyfleet.promql import FREE_OF_DISKS, one_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.model.catalog import MetricNames
    from pyfleet.planning.types.whole import Plan

LONGEST_UID = 40
"""Characters of a dashboard's id that Grafana allows."""
WORKLOAD = "{{namespace}}/{{service}}"
POD = "{{namespace}}/{{pod}}"
HOST = "{{nodename}}"
_BY_WORKLOAD = "by (namespace, service)"


def dashboards(plan: Plan) -> Iterator[Dashboard]:
    """Make all dashboards: of the fleet, its hosts, those of other parts, and of each engine that exposes metrics."""
    served = _served(plan)
    names = {engine: plan.resolved.engines[engine].metric_names for engine in served}
    yield _dashboard("fleet", "Fleet", tuple(_fleet(plan, served, names)))
    yield _dashboard("hosts", "Hosts", tuple(_hosts()))
    for part in plan.resolved.parts:
        yield from part.dashboards(plan)
    for engine, services in served.items():
        panels = tuple(_engine(names[engine], services))
        if panels:
            yield _dashboard(f"engine-{engine}", f"Engine: {engine}", panels)


def _dashboard(name: str, title: str, panels: tuple[Panel, ...]) -> Dashboard:
    uid = f"fleet-{name}"
    if len(uid) > LONGEST_UID:
        uid = f"fleet-{digest(name)}"
    return Dashboard(name.replace(".", "-"), uid, title, panels)


def _served(plan: Plan) -> dict[str, list[str]]:
    """Gather the workloads of each engine that exposes metrics. Engines may share names of metrics, never a Service."""
    served: dict[str, list[str]] = defaultdict(list)
    for workload in plan.workloads:
        if plan.resolved.metrics_of(workload.spec):
            served[workload.spec.engine].append(workload.name)
    return dict(sorted(served.items()))


def _fleet(plan: Plan, served: dict[str, list[str]], names: dict[str, MetricNames]) -> Iterator[Panel]:
    """Make the dashboard that shows whether work comes out."""
    finished = _each(served, {engine: each.finished for engine, each in names.items()})
    tokens = _each(served, {engine: each.generated_tokens for engine, each in names.items()})
    waiting = _each(served, {engine: each.waiting for engine, each in names.items()})
    if finished:
        queries = tuple((f"60 * sum {_BY_WORKLOAD} (rate({series}[5m]))", WORKLOAD) for series in finished)
        yield Panel("Requests finished in a minute", "short", queries)
    if tokens:
        queries = tuple((f"sum {_BY_WORKLOAD} (rate({series}[5m]))", WORKLOAD) for series in tokens)
        yield Panel("Tokens generated in a second", "short", queries)
    if waiting:
        yield Panel(
            "Requests waiting", "short", tuple((f"sum {_BY_WORKLOAD} ({series})", WORKLOAD) for series in waiting)
        )
    for part in plan.resolved.parts:
        yield from part.panels(plan)
    unready = (
        'sum by (namespace, pod) (kube_pod_status_ready{condition="false"}) > 0\n'
        'unless on (namespace, pod) kube_pod_status_phase{phase="Succeeded"} == 1'
    )
    yield Panel("Pods that are not ready", "short", ((unready, POD),))
    restarts = "sum by (namespace, pod) (increase(kube_pod_container_status_restarts_total[1h])) > 0"
    yield Panel("Restarts in an hour", "short", ((restarts, POD),))


def _each(served: dict[str, list[str]], metrics: dict[str, str | None]) -> list[str]:
    """Select one metric of every engine that has it."""
    return [one_of(metric, "service", served[engine]) for engine, metric in metrics.items() if metric]


def _hosts() -> Iterator[Panel]:
    named = "* on (instance) group_left (nodename) node_uname_info"
    busy = 'avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[5m]))'
    free = "node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes"
    for title, expression in (("CPU in use", f"(1 - {busy})"), ("Memory in use", f"(1 - {free})")):
        yield Panel(title, "percentunit", ((f"{expression} {named}", HOST),))
    used = f"(1 - min by (instance, device) ({FREE_OF_DISKS})) {named}"
    yield Panel("Disks in use", "percentunit", ((used, f"{HOST} {{{{device}}}}"),))
    for title, direction in (("Received over the network", "receive"), ("Sent over the network", "transmit")):
        rate = f'rate(node_network_{direction}_bytes_total{{device!~"lo|veth.*|cni.*|flannel.*"}}[5m])'
        yield Panel(title, "Bps", ((f"sum by (instance) ({rate}) {named}", HOST),))


def _engine(names: MetricNames, services: list[str]) -> Iterator[Panel]:
    def series(metric: str) -> str:
        return one_of(metric, "service", services)

    work = (("running", names.running), ("waiting", names.waiting))
    requests = tuple(
        (f"sum by (namespace, pod) ({series(metric)})", f"{POD} {word}") for word, metric in work if metric
    )
    if requests:
        yield Panel("Requests", "short", requests)
    for title, counter in (
        ("Requests finished in a second", names.finished),
        ("Tokens generated in a second", names.generated_tokens),
        ("Steps of the engine in a second", names.iterations),
    ):
        if counter:
            yield Panel(title, "short", ((f"sum by (namespace, pod) (rate({series(counter)}[5m]))", POD),))
    if names.kv_cache_usage:
        used = f"max by (namespace, pod) ({series(names.kv_cache_usage)})"
        yield Panel("KV cache in use", "percentunit", ((used, POD),))
    for title, histogram in (("Time to the first token", names.first_token), ("Time of a request", names.latency)):
        if histogram:
            rates = f"sum by (namespace, service, le) (rate({series(f'{histogram}_bucket')}[5m]))"
            queries = tuple(
                (f"histogram_quantile({part}, {rates})", f"{WORKLOAD} {word}")
                for part, word in (("0.5", "half"), ("0.95", "95 %"))
            )
            yield Panel(title, "s", queries)
