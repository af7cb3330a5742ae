"""The jinja2 environment of the Nix templates."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import jinja2


@cache
def environment(templates: Path = Path(__file__).parent) -> jinja2.Environment:
    """Return the environment that renders the `*.nix.jinja` files of a directory.

    A template prints values with `{{ value | nix }}`, or `{{ value | nix(4) }}` in a line that is indented by
    four, and names of attributes with `{{ name | nix_key }}`. Anything else that it prints, and anything
    undefined, is a `NixTemplateError` with template and line.

    Args:
        templates: Directory of the templates.
    """
    from pyfleet.rendering.nix.strict import StrictEnvironment  # noqa: PLC0415 (loads jinja2)

    return StrictEnvironment(templates)
