"""Decide PriorityClasses: those of the fleet file, and one below for what makes way for others of its own priority.

Kubernetes never stops a pod for one of equal priority. A job that came first would keep out what runs always, until it
ends; a workload that was scaled up by hand, until somebody scales it down.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pyfleet.placement.types import Assignment
    from pyfleet.resolved import Resolved

MAKES_WAY = "makes-way"
"""Ends the name of a derived class. A dot stands before it, which no name in the fleet file has."""


@dataclass(frozen=True, slots=True)
class PriorityPlan:
    """A PriorityClass."""

    name: str
    value: int
    default: bool
    description: str


def makes_way(resolved: Resolved, assignments: Iterable[Assignment]) -> dict[str, PriorityPlan]:
    """Find the workloads that take turns with others of equal priority, and wait for these; give their classes."""
    rows = tuple(assignments)
    priority_of = {row.workload: row.priority for row in rows}
    return {
        row.workload: _below(row.priority_name or _default(resolved), row.priority)
        for row in rows
        if any(priority_of[name] == row.priority for name in row.waits_for)
    }


def priority_plans(resolved: Resolved, derived: Mapping[str, PriorityPlan]) -> tuple[PriorityPlan, ...]:
    """Decide all classes, the highest first."""
    own = (
        PriorityPlan(name, priority.value, priority.default, priority.description)
        for name, priority in resolved.fleet.priorities.items()
    )
    every = {each.name: each for each in (*own, *derived.values())}
    return tuple(sorted(every.values(), key=lambda each: (-each.value, each.name)))


def _default(resolved: Resolved) -> str | None:
    return next((name for name, priority in resolved.fleet.priorities.items() if priority.default), None)


def _below(name: str | None, value: int) -> PriorityPlan:
    return PriorityPlan(
        name=f"{name or 'default'}.{MAKES_WAY}",
        value=max(value - 1, -(2**31)),
        default=False,
        description=f"Takes turns with others of {name or 'no'} priority, and makes way for them.",
    )
