"""A jinja2 environment that prints only Nix: every value has to pass the `nix` filter."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import NoReturn

import jinja2

from pyfleet.errors import FleetError
from pyfleet.rendering.nix.literal import NixText, nix_key, nix_literal

SUFFIX = ".jinja"


class NixTemplateError(FleetError):
    """A template, or a value handed to it, can't become Nix; names the template and line."""


class StrictEnvironment(jinja2.Environment):
    """Loads templates from one directory; every error names its place in a template."""

    def __init__(self, templates: Path) -> None:
        super().__init__(
            loader=jinja2.FileSystemLoader(templates),
            undefined=jinja2.StrictUndefined,
            finalize=_only_nix,
            autoescape=False,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self.filters = {**self.filters, "nix": _nix, "nix_key": _nix_key}

    def handle_exception(self, source: str | None = None) -> NoReturn:
        """Raise the error under way as ours, with the template and line it came from."""
        try:
            super().handle_exception(source)
        except jinja2.TemplateSyntaxError as error:
            raise NixTemplateError(f"{error.name}:{error.lineno}: {error.message}") from error
        except (jinja2.TemplateError, TypeError, ValueError) as error:
            raise NixTemplateError(f"{_place(error)}{error}") from error


def _nix(value: object, indent: int = 0) -> NixText:
    """Filter: data as a Nix expression whose further lines are indented."""
    _refuse_undefined(value)
    return NixText(nix_literal(value, indent))


def _nix_key(value: object) -> NixText:
    """Filter: text as the name of an attribute."""
    _refuse_undefined(value)
    return NixText(nix_key(value))  # type: ignore[arg-type]  # refuses what is not a str


def _refuse_undefined(value: object) -> None:
    """Use the value: jinja2 passes Undefined into a filter without an error."""
    if isinstance(value, jinja2.Undefined):
        str(value)


def _only_nix(value: object) -> NixText:
    if not isinstance(value, NixText):
        _refuse_undefined(value)
        raise TypeError(f"{value!r} is printed without the `nix` filter; write {{{{ value | nix }}}}")
    return value


def _place(error: Exception) -> str:
    """Template and line of the innermost template that took part in an error."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if frame.filename.endswith(SUFFIX):
            return f"{Path(frame.filename).name}:{frame.lineno}: "
    return ""
