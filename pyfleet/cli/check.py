"""`pyfleet check`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pyfleet.cli.common import ends_well, find_fleet, fleet_argument, show_problems, shown, strict_option
from pyfleet.errors import ProblemsFound

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyfleet.errors import Problem


@click.command("check")
@fleet_argument
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    help="`json` goes to stdout; `github` marks the lines of a pull request.",
)
@strict_option
@ends_well
def command(fleet: Path | None, form: str, *, strict: bool) -> None:
    """Find everything that is wrong with a fleet: all problems at once, each with its place and a hint."""
    problems = _problems(find_fleet(fleet))
    FORMATS[form](problems)
    if any(problem.severity == "error" or strict for problem in problems):
        sys.exit(1)


def _problems(path: Path) -> tuple[Problem, ...]:
    from pyfleet.pipeline import check, load  # noqa: PLC0415 - a command loads what it needs

    try:
        return check(load(path, shown_as=shown(path)))
    except ProblemsFound as found:
        return found.problems


def _as_text(problems: tuple[Problem, ...]) -> None:
    show_problems(problems)
    if not problems:
        click.echo("no problems found", err=True)


def _as_json(problems: tuple[Problem, ...]) -> None:
    entries = [
        {
            "path": problem.location.path,
            "line": problem.location.line,
            "column": problem.location.column,
            "code": problem.code,
            "severity": problem.severity,
            "message": problem.message,
            "hint": problem.hint,
        }
        for problem in problems
    ]
    click.echo(json.dumps(entries, indent=2, ensure_ascii=False))


def _as_github(problems: tuple[Problem, ...]) -> None:
    """Workflow commands of GitHub Actions, with its escapes."""
    for problem in problems:
        place = problem.location
        text = f"{problem.message}\n{problem.hint}".strip()
        text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
        path = place.path.replace("%", "%25").replace(":", "%3A").replace(",", "%2C")
        click.echo(
            f"::{problem.severity} file={path},line={place.line},col={place.column},title={problem.code}::{text}"
        )


FORMATS: dict[str, Callable[[tuple[Problem, ...]], None]] = {
    "text": _as_text,
    "json": _as_json,
    "github": _as_github,
}
