"""`pyfleet explain`."""

from __future__ import annotations

import click


@click.command("explain")
@click.argument("code")
def command(code: str) -> None:
    """Explain what a check guards against, the incident behind it, and how to fix it.

    CODE is that of a problem, such as F104, or `all` for a list.
    """
    from pyfleet.checks import all_checks  # noqa: PLC0415 - a command loads what it needs
    from pyfleet.loading.codes import STORIES  # noqa: PLC0415
    from pyfleet.parts import PARTS  # noqa: PLC0415

    stories = {**STORIES, **{each.code: (each.severity, each.story) for each in all_checks(PARTS).values()}}
    if code == "all":
        for name, (severity, story) in stories.items():
            click.echo(f"{name}  {severity:7}  {story.partition(chr(10))[0]}")
        return
    if code.upper() not in stories:
        raise click.UsageError(f"no check has the code {code!r}; `pyfleet explain all` lists them")
    severity, story = stories[code.upper()]
    click.echo(f"{click.style(code.upper(), bold=True)} ({severity}): {story}")
