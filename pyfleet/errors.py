"""What can go wrong, as data: a `Problem` is found, a `FleetError` carries all of them at once.

FleetError                 any mistake a person can mend
├── ProblemsFound          the fleet file is wrong; holds every problem that was found
└── OutputError            the output directory can't be written, or is not ours to write
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

Severity = Literal["error", "warning"]


@dataclass(frozen=True, order=True, slots=True)
class Location:
    """A place in a file the user wrote; line and column count from 1."""

    path: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: where it is, what it is (with the offending value), and the way out."""

    location: Location
    code: str
    message: str
    hint: str = ""
    severity: Severity = "error"

    def __str__(self) -> str:
        marker = "" if self.severity == "error" else "warning: "
        text = f"{self.location}: {self.code} {marker}{self.message}"
        return f"{text}\n  hint: {self.hint}" if self.hint else text

    @property
    def sort_key(self) -> tuple[Location, str, str]:
        """Order for people: by place, then by code."""
        return (self.location, self.code, self.message)


class FleetError(Exception):
    """Any mistake a person can mend; its text is ready to be shown."""


class ProblemsFound(FleetError):
    """The fleet file is wrong. `problems` holds all that was found, in order of place."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.sort_key))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class OutputError(FleetError):
    """The output directory can't be written, or holds something that is not ours to write."""
