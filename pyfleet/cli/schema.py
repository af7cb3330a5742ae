"""`pyfleet schema`."""

from __future__ import annotations

import click


@click.command("schema")
def command() -> None:
    """Print the JSON Schema (draft 7) of the fleet file, for editors.

    Name it in the first line of a fleet file, and editors complete and explain its keys:

        # yaml-language-server: $schema=./fleet.schema.json
    """
    from pyfleet.model.schema import schema_text  # noqa: PLC0415 - a command loads what it needs

    click.echo(schema_text(), nl=False)
