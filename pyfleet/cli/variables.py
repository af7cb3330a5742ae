"""Environment variables of options: PYFLEET_<COMMAND>_<FLAG>, named after the flag as its user types it."""

from __future__ import annotations

import os

import click


def name_variables(command: click.Command, prefix: str) -> None:
    """Give each option its variable, whatever its parameter is called in Python, and show it in the help."""
    for option in _options(command):
        flag = max(option.opts, key=len)
        option.envvar = f"{prefix}_{flag.lstrip('-').replace('-', '_').upper()}"
        option.show_envvar = True


def refuse_unknown(command: click.Command, prefix: str) -> None:
    """Refuse a variable that no option of the command has: PYFLEET_RENDER_CHEK=1 would write.

    Raises:
        click.UsageError: there is one.
    """
    known = [str(option.envvar) for option in _options(command)]
    for name, value in sorted(os.environ.items()):
        if value and name.startswith(f"{prefix}_") and name not in known:
            variables = ", ".join(known) or "none"
            raise click.UsageError(f"{name} is set, but is no option's variable; {command.name} has: {variables}")


def _options(command: click.Command) -> list[click.Option]:
    return [each for each in command.params if isinstance(each, click.Option)]
