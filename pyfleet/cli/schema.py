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
    from pyfleet.offers.model import fleet_model  # noqa: PLC0415
    from pyfleet.parts import PARTS  # noqa: PLC0415

    click.echo(schema_text(fleet_model(PARTS)), nl=False)
