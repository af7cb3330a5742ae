"""Alerts on each workload: missing metrics, a start that takes too long, and those under its `alerts`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.offers.rules import AlertRule, RuleGroup
from pyfleet.parts.alerts.engines import metrics_absent
from pyfleet.promql import PER_POD, pascal, selected
from pyfleet.resolved.metrics import COUNTERS, metrics_of_workload
from pyfleet.units import seconds_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.model.watching import Alert
    from pyfleet.planning.types.workloads import WorkloadPlan
    from pyfleet.resolved import Resolved
    from pyfleet.resolved.metrics import EngineMetrics

SHORT_BUDGET = 600
"""Seconds. With a shorter budget the last fifth is over before anybody is notified; RestartLoop covers those."""
KILLING = 120
"""Seconds that a container may take to end after its budget."""


def workload_groups(resolved: Resolved, workloads: tuple[WorkloadPlan, ...]) -> Iterator[RuleGroup]:
    """Decide the alerts on each workload."""
    for workload in workloads:
        alerts = (*metrics_absent(workload, resolved), *_startup(workload), *_own(workload, resolved))
        if alerts:
            entry = ("workloads", workload.name, workload.spec.namespace)
            yield RuleGroup(f"workload-{workload.name}", alerts, entry=entry)


def _startup(workload: WorkloadPlan) -> Iterator[AlertRule]:
    """Decide the alert on a container that was never ready, shortly before its startup probe kills it."""
    probe = workload.startup
    if probe is None:
        return
    budget = probe.period * probe.failure_threshold
    if budget < SHORT_BUDGET:
        return
    most = budget * 4 // 5
    place = {"namespace": workload.spec.namespace, "container": workload.name}
    started, ready, running = (
        selected(f"kube_pod_container_{what}", **place) for what in ("state_started", "status_ready", "status_running")
    )
    both = "and on (namespace, pod, container)"
    yield AlertRule(
        name="StartupBudgetNearlyUsed",
        # After its budget it is killed and starts anew. A pod that was ready before is another matter.
        expr=f"time() - {started} > {most}\n{both} time() - {started} < {budget + KILLING}\n"
        f"{both} max_over_time({ready}[{most}s]) == 0\n{both} {running} == 1",
        seconds=0,
        severity="warning",
        summary="{{ $labels.namespace }}/{{ $labels.pod }} has been starting for four fifths of the time it may take",
        description=f"After {budget} seconds it is killed and starts from nothing. If it only loads slowly, "
        f"`startup` of {workload.name} is to be longer; if it hangs, its log says where: "
        "kubectl -n {{ $labels.namespace }} logs {{ $labels.pod }} --tail=100",
        labels={"workload": workload.name},
    )


def _own(workload: WorkloadPlan, resolved: Resolved) -> Iterator[AlertRule]:
    metrics = metrics_of_workload(workload.spec, resolved)
    for name, alert in sorted(workload.spec.alerts.items()):
        expression = _value(alert, metrics, workload)
        if expression is None:
            continue  # a check reports it
        bound = f"> {alert.above:g}" if alert.above is not None else f"< {alert.below:g}"
        words = f"{alert.metric} {'above' if alert.above is not None else 'below'} {bound[2:]}"
        yield AlertRule(
            name=f"{pascal(workload.name)}{pascal(name)}",
            expr=f"{expression} {bound}",
            seconds=seconds_of(alert.for_),
            severity="warning",
            summary=f"{workload.spec.namespace}/{{{{ $labels.pod }}}}: {words}",
            description=f"The fleet file asks for this under `alerts` of {workload.name}, as {name}. "
            f"It is {{{{ $value }}}}. See how it does: "
            f"kubectl -n {workload.spec.namespace} logs {{{{ $labels.pod }}}} --tail=100",
            labels={"workload": workload.name},
        )


def _value(alert: Alert, metrics: EngineMetrics, workload: WorkloadPlan) -> str | None:
    metric = metrics.gauges.get(alert.metric) or metrics.counters.get(alert.metric)
    if metric is None:
        return None
    series = selected(metric, namespace=workload.spec.namespace, service=workload.name)
    if alert.metric not in COUNTERS:
        return series
    rate = f"sum {PER_POD} (rate({series}[5m]))"
    if alert.below is None:
        return rate
    # A missing counter counts as zero, which is below every threshold, for pods that expose the other metrics.
    there = (
        selected(metrics.work[0], namespace=workload.spec.namespace, service=workload.name) if metrics.work else None
    )
    return f"({rate} or 0 * sum {PER_POD} ({there}))" if there else rate
