"""What a check is. Each is one function that yields findings; its docstring is what `pyfleet explain` shows."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pyfleet.errors import Problem, Severity
from pyfleet.offers.names import Path

if TYPE_CHECKING:
    from types import ModuleType

    from pyfleet.planning.types.whole import Plan
    from pyfleet.resolved import Resolved

__all__ = ["Check", "Finding", "Path", "Subject", "check", "checks_of"]

Needs = Literal["fleet", "plan"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a check found: the path of the value in the fleet file, what is wrong, the way out."""

    path: Path
    message: str
    hint: str = ""
    at_key: bool = False
    """Report it at the value's key, not at the value."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What checks look at. `plan` is there only for those that need it."""

    resolved: Resolved
    plan: Plan | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """A check: its code, its severity, and the story behind it."""

    code: str
    severity: Severity
    needs: Needs
    find: Callable[..., Iterator[Finding]]

    @property
    def title(self) -> str:
        """What it guards against, in a line."""
        return self.story.partition("\n")[0]

    @property
    def story(self) -> str:
        """What it guards against, the incident behind it, how to fix it."""
        return inspect.getdoc(self.find) or ""

    def run(self, subject: Subject) -> Iterator[Problem]:
        """Run it, and give each finding its place."""
        fleet = subject.resolved.fleet
        arguments = (subject.resolved,) if self.needs == "fleet" else (subject.resolved, subject.plan)
        for finding in self.find(*arguments):
            place = fleet.locate(finding.path, key=finding.at_key)
            yield Problem(place, self.code, finding.message, finding.hint, self.severity)


def check(
    code: str, severity: Severity = "error", *, needs: Needs = "fleet"
) -> Callable[[Callable[..., Iterator[Finding]]], Check]:
    """Make a check of a function."""
    return lambda find: Check(code, severity, needs, find)


def checks_of(module: ModuleType) -> tuple[Check, ...]:
    """Gather the checks that a module defines."""
    made = (each for each in vars(module).values() if isinstance(each, Check))
    return tuple(each for each in made if each.find.__module__ == module.__name__)
