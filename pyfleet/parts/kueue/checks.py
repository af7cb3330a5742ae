"""Jobs that wait in queues."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.checks.registry import Finding, check
from pyfleet.parts.kueue.model import QUEUEING
from pyfleet.units import seconds_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.planning.types.whole import Plan
    from pyfleet.resolved import Resolved

KUEUE_WAITS = 30 * 60
"""Seconds after which Kueue, from 0.19 on, evicts a job whose pods aren't ready."""


@check("F307")
def queue_without_queueing(resolved: Resolved) -> Iterator[Finding]:
    """A job with a queue, in a fleet without queueing.

    It would start at once, although its card may be in use.
    """
    if QUEUEING.of(resolved.fleet) is None:
        for name, workload in resolved.fleet.workloads.items():
            if workload.queue is not None:
                yield Finding(
                    ("workloads", name, "queue"),
                    f"nothing runs the queue {workload.queue!r}",
                    "set `platform: {queueing: {kueue: {}}}`",
                )


@check("F318")
def job_that_kueue_takes_away(resolved: Resolved) -> Iterator[Finding]:
    """A queued job that needs longer to start than Kueue waits.

    From 0.19 on Kueue evicts a job whose pods aren't ready within 30 minutes, and starts it again: a first download
    that takes longer never ends.
    """
    for name, workload in resolved.fleet.workloads.items():
        if workload.queue and workload.startup and seconds_of(workload.startup) > KUEUE_WAITS:
            yield Finding(
                ("workloads", name, "startup"),
                f"{workload.startup} is longer than the 30 minutes that Kueue waits",
                "download its data in a job of its own first, and mount them",
            )


@check("F601")
def queueing_without_amounts(resolved: Resolved) -> Iterator[Finding]:
    """Queueing on hosts without `cpus` or `memory` in the fleet file.

    Kueue admits a job only if every resource that it requests has a quota, and the quotas are the sums of the hosts:
    without them every job would wait for ever.
    """
    if QUEUEING.of(resolved.fleet) is None:
        return
    for name in resolved.cards:
        host = resolved.fleet.hosts[name]
        missing = [key for key, value in (("cpus", host.cpus), ("memory", host.memory)) if value is None]
        if missing:
            yield Finding(
                ("hosts", name),
                f"{name} has no {' and no '.join(f'`{key}`' for key in missing)}",
                "queueing needs both for its quotas",
                at_key=True,
            )


@check("F602", "warning")
def queueing_that_nobody_uses(resolved: Resolved) -> Iterator[Finding]:
    """Queueing in a fleet where no workload names a queue."""
    if QUEUEING.of(resolved.fleet) and not any(w.queue for w in resolved.fleet.workloads.values()):
        yield Finding(("platform", "queueing"), "no workload has a `queue`", "give a Job `queue: <name>`", at_key=True)


@check("F222", needs="plan")
def queued_job_that_claims_cards(_resolved: Resolved, plan: Plan) -> Iterator[Finding]:
    """A job that waits in a queue, and claims its cards by Dynamic Resource Allocation.

    The quotas count `nvidia.com/gpu`, which a claim doesn't use: the job would be admitted even while no card is free.
    """
    for workload in plan.workloads:
        if workload.spec.queue and workload.claim:
            yield Finding(
                ("workloads", workload.name, "queue"),
                f"the queue {workload.spec.queue!r} can't count the cards that {workload.name} claims by DRA",
                "remove `queue`, or run it on a host with `allocation: device-plugin`",
            )
