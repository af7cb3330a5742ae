"""Alerts on canaries that fail, and a graph of when each was answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.offers.dashboards import Panel
from pyfleet.offers.rules import AlertRule, RuleGroup
from pyfleet.parts.canaries.decisions import canaries
from pyfleet.promql import CLUSTER_KNOWN, one_of, selected

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.parts.canaries.decisions import CanaryPlan
    from pyfleet.planning.types.whole import Plan

PERIODS = 3
"""Requests in a row that may fail: one fails while the model is being updated."""


def rules(plan: Plan) -> Iterator[RuleGroup]:
    """Make the alerts on each canary."""
    for canary in canaries(plan):
        entry = (canary.folder, canary.workload, canary.namespace)
        yield RuleGroup(f"canary-{canary.workload}", tuple(_alerts(canary)), entry=entry)


def _alerts(canary: CanaryPlan) -> Iterator[AlertRule]:
    succeeded, created, suspended = (
        selected(f"kube_cronjob_{what}", namespace=canary.namespace, cronjob=canary.name)
        for what in ("status_last_successful_time", "created", "spec_suspend")
    )
    most = PERIODS * canary.period + canary.deadline
    awake = f"unless on (namespace, cronjob) {suspended} == 1"
    labels = {"workload": canary.workload}
    command = f"kubectl -n {canary.namespace} logs -l app.kubernetes.io/name={canary.name} --tail=20"
    yield AlertRule(
        name="CanaryFailing",
        expr=f"time() - {succeeded} > {most}\n{awake}",
        seconds=0,
        severity="critical",
        summary=f"Requests to {canary.namespace}/{canary.workload} are not answered any more",
        description=f"A real request is sent by schedule ({canary.schedule}), and the last three came to nothing: "
        f"whatever its health says, no work comes out. What curl says: {command}",
        labels=labels,
    )
    yield AlertRule(
        name="CanaryNeverSucceeded",
        expr=f"time() - {created} > {most}\nunless on (namespace, cronjob) {succeeded}\n{awake}",
        seconds=0,
        severity="critical",
        summary=f"No request to {canary.namespace}/{canary.workload} was ever answered",
        description=f"Either nothing comes out, or the canary asks for something that it doesn't serve. "
        f"What curl says: {command}",
        labels=labels,
    )
    yield AlertRule(
        name="CanaryAbsent",
        expr=f"absent({created})\n{CLUSTER_KNOWN}",
        seconds=1800,
        severity="warning",
        summary=f"The canary of {canary.namespace}/{canary.workload} is not in the cluster",
        description="Nothing checks whether work comes out. Apply the fleet's manifests again, and look for it: "
        f"kubectl -n {canary.namespace} get cronjobs {canary.name}",
        labels=labels,
    )


def panels(plan: Plan) -> Iterator[Panel]:
    """Make the graph of when each was last answered."""
    names = sorted({canary.name for canary in canaries(plan)})
    if names:
        jobs = one_of("kube_cronjob_status_last_successful_time", "cronjob", names)
        since = f"time() - max by (namespace, cronjob) ({jobs})"
        yield Panel("Since a canary was answered", "s", ((since, "{{namespace}}/{{cronjob}}"),))
