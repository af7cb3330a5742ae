"""The command line: the only place that prints or exits. Each command is a module here, loaded when it is used."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

from pyfleet.cli.variables import name_variables, refuse_unknown

COMMANDS = {
    "check": "Find everything that is wrong with a fleet.",
    "explain": "Explain what a check guards against, and how to fix it.",
    "plan": "Show which workload gets which cards, and why.",
    "render": "Write the NixOS configurations and the manifests.",
    "schema": "Print the JSON Schema of the fleet file, for editors.",
}


class LazyGroup(click.Group):
    """Loads a command's module when the command is used: `--version` and completion stay quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """List the names of all commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Load a command by its name."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"pyfleet.cli.{cmd_name}").command
        name_variables(command, f"PYFLEET_{cmd_name.upper()}")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is to run."""
        name, command, rest = super().resolve_command(ctx, args)
        if name and command and not ctx.resilient_parsing:
            refuse_unknown(command, f"PYFLEET_{name.upper()}")
        return name, command, rest

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List commands without loading them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _set_color(ctx: click.Context, _param: click.Parameter, value: str) -> str:
    ctx.color = {"always": True, "never": False}.get(value)
    return value


def _print_version(ctx: click.Context, _param: click.Parameter, value: Any) -> None:
    if value and not ctx.resilient_parsing:
        from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 - slow to import

        try:
            click.echo(f"pyfleet {version('pyfleet')}")
        except PackageNotFoundError:
            click.echo("pyfleet (not installed)")
        ctx.exit()


@click.group(
    cls=LazyGroup,
    context_settings={
        "show_default": True,
        "help_option_names": ["-h", "--help"],
        "max_content_width": 100,
    },
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Print the version.",
)
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    envvar="PYFLEET_COLOR",
    show_envvar=True,
    callback=_set_color,
    expose_value=False,
    is_eager=True,
    help="Colour the output; `auto` also honours NO_COLOR.",
)
def cli() -> None:
    """Turn one fleet file into NixOS k3s hosts with GPUs, and the manifests of all that runs on them.

    FLEET defaults to hosts/fleet.yaml, then fleet.yaml, here or in a directory above.
    """
