"""Canaries beside other entries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.checks.registry import Finding, check
from pyfleet.parts.canaries.decisions import canaries

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.planning.types.whole import Plan
    from pyfleet.resolved import Resolved


@check("F641", needs="plan")
def workload_called_as_a_canary(resolved: Resolved, plan: Plan) -> Iterator[Finding]:
    """A workload with the name that another one's canary gets.

    The canary of `chat` is the CronJob `chat-canary`. A CronJob of that name in its namespace would be the same object,
    and the Service of anything else called so would lead to the canary's pods as well, which serve nothing.
    """
    workloads = resolved.fleet.workloads
    for canary in canaries(plan):
        if canary.name in workloads and workloads[canary.name].namespace == canary.namespace:
            yield Finding(
                ("workloads", canary.name),
                f"the canary of {canary.workload} is called {canary.name}",
                "call the workload otherwise",
                at_key=True,
            )
