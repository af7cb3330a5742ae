"""Decide what is alerted on for each engine: that work comes out, and that its figures are there.

"Healthy" says that a process answers. What tells that work comes out is a counter that moves while requests run or
wait. A counter that isn't there counts as one that doesn't move: some engines show one only after its first success.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyfleet.planning.platform.alerts.promql import PER_POD, any_of, indented, one_of, pascal, selected
from pyfleet.planning.types.monitoring import AlertPlan, RuleGroupPlan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.model.catalog import Engine, MetricNames
    from pyfleet.model.workloads import Workload
    from pyfleet.planning.types.workloads import WorkloadPlan
    from pyfleet.resolved import Resolved

GAUGES = {"running": "running", "waiting": "waiting", "kvCacheUsage": "kv_cache_usage"}
COUNTERS = {"iterations": "iterations", "finished": "finished", "generatedTokens": "generated_tokens"}
_READY = {
    "Deployment": ("kube_deployment_status_replicas_ready", "deployment"),
    "StatefulSet": ("kube_statefulset_status_replicas_ready", "statefulset"),
    # Its leaders, which serve, are of a StatefulSet with its name.
    "LeaderWorkerSet": ("kube_statefulset_status_replicas_ready", "statefulset"),
}


@dataclass(frozen=True, slots=True)
class Figures:
    """What an engine calls its figures, of those that it has."""

    gauges: dict[str, str]
    counters: dict[str, str]

    @property
    def work(self) -> list[str]:
        """Gauges of requests: those being worked on, those that wait."""
        return [self.gauges[name] for name in ("running", "waiting") if name in self.gauges]

    @property
    def heartbeat(self) -> str | None:
        """The counter that moves most often."""
        names = ("iterations", "generatedTokens", "finished")
        return next((self.counters[name] for name in names if name in self.counters), None)

    @property
    def outcome(self) -> str | None:
        """The counter that moves when a request is done."""
        return self.counters.get("finished") or self.counters.get("generatedTokens")

    @property
    def tell_progress(self) -> bool:
        """Whether they tell that there is work, and that some comes out."""
        return bool(self.work and self.heartbeat)


def figures_of(workload: Workload, resolved: Resolved) -> Figures:
    """Find the figures that Prometheus gets of a workload."""
    return _figures(resolved.engine_of(workload)) if resolved.metrics_of(workload) else Figures({}, {})


def _figures(engine: Engine) -> Figures:
    names: MetricNames = engine.metric_names
    return Figures(
        *(
            {name: metric for name, field in fields.items() if (metric := getattr(names, field))}
            for fields in (GAUGES, COUNTERS)
        )
    )


def engine_groups(resolved: Resolved, workloads: tuple[WorkloadPlan, ...]) -> Iterator[RuleGroupPlan]:
    """Decide the alerts on each engine that tells figures."""
    by_engine: dict[str, list[WorkloadPlan]] = defaultdict(list)
    for workload in workloads:
        said = resolved.fleet.workloads[workload.name]
        if _wanted(workload, resolved):
            by_engine[said.engine].append(workload)
    for engine, served in sorted(by_engine.items()):
        figures = _figures(resolved.engines[engine])
        names = [workload.name for workload in served]
        alerts = (*_progress(engine, figures, names), *_counters_absent(engine, figures, served, resolved))
        if alerts:
            yield RuleGroupPlan(f"engine-{engine}", alerts)


def _wanted(workload: WorkloadPlan, resolved: Resolved) -> list[str]:
    """Choose the figures that each ready pod of a workload has to tell."""
    said = resolved.fleet.workloads[workload.name]
    figures = figures_of(said, resolved)
    own = {alert.metric for alert in said.alerts.values()}
    gauges = [metric for name, metric in figures.gauges.items() if metric in figures.work or name in own]
    return gauges or [metric for name, metric in figures.counters.items() if name in own]


def _progress(engine: str, figures: Figures, services: list[str]) -> Iterator[AlertPlan]:
    if figures.work and figures.heartbeat:
        work = any_of(*(f"sum {PER_POD} ({one_of(gauge, 'service', services)}) > 0" for gauge in figures.work))
        moved = one_of(figures.heartbeat, "service", services)
        yield AlertPlan(
            name=f"{pascal(engine)}Wedged",
            expr=f"{indented(work)}\nunless\nsum {PER_POD} (increase({moved}[5m])) > 0",
            seconds=120,
            severity="critical",
            summary="{{ $labels.namespace }}/{{ $labels.pod }} has requests and does nothing",
            description=f"Requests run or wait, and {figures.heartbeat} has not moved for five minutes: the engine "
            "hangs, whatever its health says. See what it did last, then delete the pod: "
            "kubectl -n {{ $labels.namespace }} logs {{ $labels.pod }} --tail=100",
        )
    waiting = figures.gauges.get("waiting")
    if waiting and figures.outcome:
        queue, done = (one_of(metric, "service", services) for metric in (waiting, figures.outcome))
        yield AlertPlan(
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


def metrics_absent(workload: WorkloadPlan, resolved: Resolved) -> Iterator[AlertPlan]:
    """Decide the alert on figures that aren't told: by none of the ready pods, or by fewer than there are."""
    gauges = _wanted(workload, resolved)
    if not gauges:
        return
    engine = resolved.fleet.workloads[workload.name].engine
    metric, label = _READY[workload.kind]
    ready = selected(metric, namespace=workload.namespace, **{label: workload.name})
    series = (selected(gauge, namespace=workload.namespace, service=workload.name) for gauge in gauges)
    telling = f"count by (namespace) ({' and '.join(f'count {PER_POD} ({each})' for each in series)})"
    yield AlertPlan(
        name=f"{pascal(engine)}MetricsAbsent",
        expr=any_of(f"{ready} > 0 unless on (namespace) {telling}", f"{ready} > on (namespace) {telling}"),
        seconds=600,
        severity="critical",
        summary=f"{workload.namespace}/{workload.name} is ready and tells no figures",
        description=f"Without {', '.join(gauges)} no alert can say that it hangs; that it hangs may be why. See "
        "its pods, and ask one at the path of its figures: "
        f"kubectl -n {workload.namespace} get pods -o wide -l app.kubernetes.io/name={workload.name}",
        labels={"workload": workload.name},
    )


def _counters_absent(
    engine: str, figures: Figures, workloads: list[WorkloadPlan], resolved: Resolved
) -> Iterator[AlertPlan]:
    """Decide the alert on counters that were never seen although there was work, such as one renamed by a release."""
    services = [workload.name for workload in workloads]
    own = {alert.metric for name in services for alert in resolved.fleet.workloads[name].alerts.values()}
    used = {figures.heartbeat, figures.outcome, *(figures.counters.get(name) for name in own)}
    counters = sorted(metric for metric in used if metric)
    if not counters or not figures.work:
        return
    worked = (one_of(gauge, "service", services) for gauge in figures.work)
    busy = any_of(
        *(f"sum {PER_POD} (max_over_time({gauge}[1h])) > 0 and sum {PER_POD} ({gauge}) >= 0" for gauge in worked)
    )
    told = " and ".join(f"sum {PER_POD} ({one_of(counter, 'service', services)})" for counter in counters)
    yield AlertPlan(
        name=f"{pascal(engine)}CountersAbsent",
        expr=f"{indented(busy)}\nunless\n({told})",
        seconds=1800,
        severity="warning",
        summary="{{ $labels.namespace }}/{{ $labels.pod }} works without counting",
        description=f"It had requests, and after half an hour lacks one of {', '.join(counters)}: nothing was ever "
        "finished, or this release calls it otherwise and alerts on it are blind. "
        "See what it did: kubectl -n {{ $labels.namespace }} logs {{ $labels.pod }} --tail=100",
    )
