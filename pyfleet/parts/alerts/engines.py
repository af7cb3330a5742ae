"""Decide the alerts on each engine: work comes out, and its metrics are exposed.

"Healthy" only means that a process answers. That work comes out is shown by a counter that moves while requests run or
wait. A missing counter is treated as one that doesn't move: some engines expose it only after the first success.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pyfleet.offers.rules import AlertRule, RuleGroup
from pyfleet.promql import PER_POD, any_of, indented, one_of, pascal, selected
from pyfleet.resolved.metrics import metrics_of_engine, metrics_of_workload

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.planning.types.workloads import WorkloadPlan
    from pyfleet.resolved import Resolved
    from pyfleet.resolved.metrics import EngineMetrics

_READY = {
    "Deployment": ("kube_deployment_status_replicas_ready", "deployment"),
    "StatefulSet": ("kube_statefulset_status_replicas_ready", "statefulset"),
    # Its leaders, which serve, belong to a StatefulSet of the same name.
    "LeaderWorkerSet": ("kube_statefulset_status_replicas_ready", "statefulset"),
}


def engine_groups(resolved: Resolved, workloads: tuple[WorkloadPlan, ...]) -> Iterator[RuleGroup]:
    """Decide the alerts on each engine that exposes metrics."""
    by_engine: dict[str, list[WorkloadPlan]] = defaultdict(list)
    for workload in workloads:
        if _wanted(workload, resolved):
            by_engine[workload.spec.engine].append(workload)
    for engine, served in sorted(by_engine.items()):
        metrics = metrics_of_engine(resolved.engines[engine])
        names = [workload.name for workload in served]
        alerts = (*_progress(engine, metrics, names), *_counters_absent(engine, metrics, served, resolved))
        if alerts:
            yield RuleGroup(f"engine-{engine}", alerts)


def _wanted(workload: WorkloadPlan, resolved: Resolved) -> list[str]:
    """Choose the metrics that each ready pod of a workload has to expose."""
    metrics = metrics_of_workload(workload.spec, resolved)
    own = {alert.metric for alert in workload.spec.alerts.values()}
    gauges = [metric for name, metric in metrics.gauges.items() if metric in metrics.work or name in own]
    return gauges or [metric for name, metric in metrics.counters.items() if name in own]


def _progress(engine: str, metrics: EngineMetrics, services: list[str]) -> Iterator[AlertRule]:
    if metrics.work and metrics.heartbeat:
        work = any_of(*(f"sum {PER_POD} ({one_of(gauge, 'service', services)}) > 0" for gauge in metrics.work))
        moved = one_of(metrics.heartbeat, "service", services)
        yield AlertRule(
            name=f"{pascal(engine)}Wedged",
            expr=f"{indented(work)}\nunless\nsum {PER_POD} (increase({moved}[5m])) > 0",
            seconds=120,
            severity="critical",
            summary="{{ $labels.namespace }}/{{ $labels.pod }} has requests and does nothing",
            description=f"Requests run or wait, and {metrics.heartbeat} has not moved for five minutes: the engine "
            "hangs, whatever its health says. See what it did last, then delete the pod: "
            "kubectl -n {{ $labels.namespace }} logs {{ $labels.pod }} --tail=100",
        )
    waiting = metrics.gauges.get("waiting")
    if waiting and metrics.outcome:
        queue, done = (one_of(metric, "service", services) for metric in (waiting, metrics.outcome))
        yield AlertRule(
            name=f"{pascal(engine)}QueueNotDraining",
            # Ten minutes ago some waited already: a pod that started a minute ago has had no time to finish any.
            expr=f"sum {PER_POD} (min_over_time({queue}[10m])) > 0\n"
            f"and\nsum {PER_POD} ({queue} offset 10m) > 0\n"
            f"unless\nsum {PER_POD} (increase({done}[10m])) > 0",
            seconds=0,
            severity="warning",
            summary="Requests wait at {{ $labels.namespace }}/{{ $labels.pod }}, and none was finished for ten minutes",
            description="It may compute, but nothing comes out: one request holds it, or each fails at its end. "
            "See which: kubectl -n {{ $labels.namespace }} logs {{ $labels.pod }} --tail=100",
        )


def metrics_absent(workload: WorkloadPlan, resolved: Resolved) -> Iterator[AlertRule]:
    """Decide the alert on metrics that not all ready pods expose, or none."""
    gauges = _wanted(workload, resolved)
    if not gauges:
        return
    engine = workload.spec.engine
    metric, label = _READY[workload.spec.kind]
    ready = selected(metric, namespace=workload.spec.namespace, **{label: workload.name})
    series = (selected(gauge, namespace=workload.spec.namespace, service=workload.name) for gauge in gauges)
    exposing = f"count by (namespace) ({' and '.join(f'count {PER_POD} ({each})' for each in series)})"
    yield AlertRule(
        name=f"{pascal(engine)}MetricsAbsent",
        expr=any_of(f"{ready} > 0 unless on (namespace) {exposing}", f"{ready} > on (namespace) {exposing}"),
        seconds=600,
        severity="critical",
        summary=f"{workload.spec.namespace}/{workload.name} is ready and exposes no metrics",
        description=f"Without {', '.join(gauges)} no alert can show that it hangs, and a hang may be the reason. See "
        "its pods, and ask one at the path of its metrics: "
        f"kubectl -n {workload.spec.namespace} get pods -o wide -l app.kubernetes.io/name={workload.name}",
        labels={"workload": workload.name},
    )


def _counters_absent(
    engine: str, metrics: EngineMetrics, workloads: list[WorkloadPlan], resolved: Resolved
) -> Iterator[AlertRule]:
    """Decide the alert on counters that are missing although there was work, such as one renamed by a release."""
    services = [workload.name for workload in workloads]
    own = {alert.metric for name in services for alert in resolved.fleet.workloads[name].alerts.values()}
    used = {metrics.heartbeat, metrics.outcome, *(metrics.counters.get(name) for name in own)}
    counters = sorted(metric for metric in used if metric)
    if not counters or not metrics.work:
        return
    worked = (one_of(gauge, "service", services) for gauge in metrics.work)
    busy = any_of(
        *(f"sum {PER_POD} (max_over_time({gauge}[1h])) > 0 and sum {PER_POD} ({gauge}) >= 0" for gauge in worked)
    )
    counted = " and ".join(f"sum {PER_POD} ({one_of(counter, 'service', services)})" for counter in counters)
    yield AlertRule(
        name=f"{pascal(engine)}CountersAbsent",
        expr=f"{indented(busy)}\nunless\n({counted})",
        seconds=1800,
        severity="warning",
        summary="{{ $labels.namespace }}/{{ $labels.pod }} works, and its counters are missing",
        description=f"It had requests, and after half an hour lacks one of {', '.join(counters)}: nothing was ever "
        "finished, or this release renamed it and alerts on it can't fire. "
        "See what it did: kubectl -n {{ $labels.namespace }} logs {{ $labels.pod }} --tail=100",
    )
