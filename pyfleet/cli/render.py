"""`pyfleet render`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pyfleet.cli.common import ends_well, examined_plan, find_fleet, fleet_argument, shown, strict_option

if TYPE_CHECKING:
    from pyfleet.writing import Changes


@click.command("render")
@fleet_argument
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="Directory to write; by default `rendered` beside the fleet file.",
)
@click.option(
    "--check",
    "only_check",
    is_flag=True,
    help="Write nothing; exit 1 and show the diff if something would change.",
)
@click.option("--diff", "only_diff", is_flag=True, help="Write nothing; show the diff.")
@strict_option
@ends_well
def command(fleet: Path | None, output: Path | None, *, only_check: bool, only_diff: bool, strict: bool) -> None:
    """Write the NixOS configuration of every host and the manifests of everything that runs on them.

    Removes files of its own that are no longer wanted, touches nothing else, and prints what changed.
    """
    path = find_fleet(fleet)
    directory = output or path.parent / "rendered"
    if only_check or only_diff:
        _show_diff(path, directory, strict=strict, fail=only_check)
        return
    from pyfleet.rendering import render  # noqa: PLC0415 - a command loads what it needs
    from pyfleet.writing import write  # noqa: PLC0415

    _show_changes(write(render(examined_plan(path, strict=strict)), directory), directory)


def _show_diff(path: Path, directory: Path, *, strict: bool, fail: bool) -> None:
    from pyfleet.rendering import render  # noqa: PLC0415 - a command loads what it needs
    from pyfleet.writing import diff  # noqa: PLC0415

    text = diff(render(examined_plan(path, strict=strict)), directory)
    click.echo(text, nl=False)
    if text and fail:
        click.echo(f"{shown(directory)} is not up to date with {shown(path)}; run `pyfleet render`", err=True)
        sys.exit(1)


def _show_changes(changes: Changes, directory: Path) -> None:
    for mark, names in (("+", changes.created), ("~", changes.updated), ("-", changes.removed)):
        for name in names:
            click.echo(f"{mark} {shown(directory / name)}")
    written = len(changes.created) + len(changes.updated) + len(changes.removed)
    click.echo(f"{written} changed, {len(changes.unchanged)} unchanged in {shown(directory)}", err=True)
