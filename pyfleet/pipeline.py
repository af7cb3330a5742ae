"""The pipeline: load, resolve, check, place, plan. Rendering needs a fleet without errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyfleet.checks import run_checks
from pyfleet.checks.registry import Subject
from pyfleet.loading import load as load_file
from pyfleet.offers.model import fleet_model
from pyfleet.parts import PARTS
from pyfleet.placement import place
from pyfleet.planning import plan as make_plan
from pyfleet.resolved import Resolved

if TYPE_CHECKING:
    from pathlib import Path

    from pyfleet.errors import Problem
    from pyfleet.model.fleet import Fleet
    from pyfleet.offers.part import Part
    from pyfleet.planning.types.whole import Plan


def load(path: Path, *, shown_as: str | None = None, parts: tuple[Part, ...] = PARTS) -> Fleet:
    """Read a fleet file.

    Args:
        path: the file.
        shown_as: its name in messages; by default the path.
        parts: the parts of the platform that it may use.

    Raises:
        ProblemsFound: it can't be read, or isn't a fleet file; with every problem and its place.
    """
    return load_file(path, fleet_model(parts), shown_as=shown_as)


def resolve(fleet: Fleet, parts: tuple[Part, ...] = PARTS) -> Resolved:
    """Look up what a fleet refers to: cards, engines, models, and what parts offer."""
    return Resolved(fleet, parts)


@dataclass(frozen=True, slots=True)
class Examined:
    """The problems of a fleet, and its plan if no error prevents one."""

    problems: tuple[Problem, ...]
    plan: Plan | None

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that stop a render."""
        return tuple(problem for problem in self.problems if problem.severity == "error")


def examine(fleet: Fleet, parts: tuple[Part, ...] = PARTS) -> Examined:
    """Check and plan in one go: first the checks of the fleet; if it has no errors, plan it and check the plan."""
    resolved = resolve(fleet, parts)
    problems = run_checks(Subject(resolved), needs="fleet")
    made = None
    if not any(problem.severity == "error" for problem in problems):
        made = make_plan(resolved, place(resolved))
        problems += run_checks(Subject(resolved, made), needs="plan")
    return Examined(tuple(sorted(problems, key=lambda problem: problem.sort_key)), made)


def check(fleet: Fleet) -> tuple[Problem, ...]:
    """Find everything that is wrong with a fleet, in order of place; warnings included."""
    return examine(fleet).problems


def plan(fleet: Fleet) -> Plan:
    """Decide everything about a fleet that has passed its checks."""
    resolved = resolve(fleet)
    return make_plan(resolved, place(resolved))
