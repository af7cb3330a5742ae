"""Canaries beside other entries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.checks.quotas import always_needed, bounds_of, quantity
from pyfleet.checks.registry import Finding, check
from pyfleet.parts.canaries.decisions import MEMORY, canaries
from pyfleet.units import bytes_of

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


@check("F642", "warning", needs="plan")
def quota_without_room_for_canaries(resolved: Resolved, plan: Plan) -> Iterator[Finding]:
    """A quota that leaves no room for a canary beside what always runs.

    The API server refuses the canary's pod then, and its alert says that requests are not answered, which is not so.
    """
    quotas, here = resolved.fleet.quotas, {canary.namespace for canary in canaries(plan)}
    for namespace in sorted(here & set(quotas)):
        for bound in bounds_of(quotas[namespace]):
            left = bytes_of(bound.most) - always_needed(plan, namespace, bound.part)
            if 0 <= left < bytes_of(MEMORY[bound.part]):
                yield Finding(
                    ("quotas", namespace, bound.key),
                    f"beside what always runs, {bound.most} leaves {quantity(left)}, and a canary needs "
                    f"{MEMORY[bound.part]}",
                    f"raise it by at least {quantity(bytes_of(MEMORY[bound.part]) - left)}",
                )
