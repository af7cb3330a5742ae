"""The way through as one call: load, check, plan. What comes after needs a plan without errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyfleet.checks import run_checks
from pyfleet.checks.registry import Subject
from pyfleet.planning import plan as make_plan
from pyfleet.resolved import Resolved

if TYPE_CHECKING:
    from pyfleet.errors import Problem
    from pyfleet.model.fleet import Fleet
    from pyfleet.planning.types.whole import Plan


@dataclass(frozen=True, slots=True)
class Examined:
    """What is wrong with a fleet, and its plan if nothing stands in the way of making one."""

    problems: tuple[Problem, ...]
    plan: Plan | None

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that stop a render."""
        return tuple(problem for problem in self.problems if problem.severity == "error")


def examine(fleet: Fleet) -> Examined:
    """Run all checks: those on the fleet first, and if it makes sense, those on its plan."""
    resolved = Resolved(fleet)
    problems = run_checks(Subject(resolved), needs="fleet")
    plan = None
    if not any(problem.severity == "error" for problem in problems):
        plan = make_plan(fleet)
        problems += run_checks(Subject(resolved, plan), needs="plan")
    return Examined(tuple(sorted(problems, key=lambda problem: problem.sort_key)), plan)


def check(fleet: Fleet) -> tuple[Problem, ...]:
    """Find everything that is wrong with a fleet, in order of place; warnings included."""
    return examine(fleet).problems
