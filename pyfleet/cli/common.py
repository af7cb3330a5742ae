"""What commands have in common: finding the fleet file, showing problems, ending well."""

from __future__ import annotations

import os
import sys
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pyfleet.errors import FleetError, ProblemsFound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pyfleet.errors import Problem
    from pyfleet.planning.types.whole import Plan

DEFAULT_NAMES = (Path("hosts/fleet.yaml"), Path("fleet.yaml"))

fleet_argument = click.argument("fleet", required=False, type=click.Path(path_type=Path), envvar="PYFLEET_FLEET")
strict_option = click.option("--strict", is_flag=True, help="Treat warnings as errors.")


def find_fleet(given: Path | None) -> Path:
    """Find the fleet file: the one that was named, or the nearest by its usual names.

    Raises:
        click.UsageError: there is none.
    """
    if given is not None:
        return given
    here = Path.cwd()
    for folder in (here, *here.parents):
        for name in DEFAULT_NAMES:
            if (folder / name).is_file():
                return folder / name
    raise click.UsageError("no FLEET given, and no hosts/fleet.yaml or fleet.yaml here or in a directory above")


def shown(path: Path) -> str:
    """Name a path relative to the working directory, if it is below that."""
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would name a symlink's target
    return str(absolute.relative_to(Path.cwd())) if absolute.is_relative_to(Path.cwd()) else str(path)


def ends_well(command: Callable[..., None]) -> Callable[..., None]:
    """Show a FleetError as text and exit 1; nobody gets a traceback for bad input."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except ProblemsFound as found:
            show_problems(found.problems)
            sys.exit(1)
        except FleetError as error:
            click.echo(f"{click.style('error:', fg='red', bold=True)} {error}", err=True)
            sys.exit(1)

    return run


def show_problems(problems: Iterable[Problem]) -> None:
    """Show problems to a person: a line each, then the hint."""
    count = {"error": 0, "warning": 0}
    for problem in problems:
        count[problem.severity] += 1
        color = "red" if problem.severity == "error" else "yellow"
        marker = "" if problem.severity == "error" else "warning: "
        code = click.style(problem.code, fg=color, bold=True)
        click.echo(f"{problem.location}: {code} {marker}{problem.message}", err=True)
        if problem.hint:
            click.echo(f"  {click.style('hint:', dim=True)} {problem.hint}", err=True)
    parts = [f"{number} {what}{'s' * (number != 1)}" for what, number in count.items() if number]
    if parts:
        click.echo(f"{' and '.join(parts)}; `pyfleet explain CODE` shows more", err=True)


def examined_plan(path: Path, *, strict: bool) -> Plan:
    """Load, check and plan; show warnings.

    Raises:
        ProblemsFound: there are errors, or with `strict` warnings.
    """
    from pyfleet.pipeline import examine, load  # noqa: PLC0415 - a command loads what it needs

    examined = examine(load(path, shown_as=shown(path)))
    if examined.plan is None or examined.errors or (strict and examined.problems):
        raise ProblemsFound(examined.problems)
    show_problems(examined.problems)
    return examined.plan
