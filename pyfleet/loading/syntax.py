"""PyYAML's syntax errors in plain words, with the way out of the common ones."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pyfleet.errors import Location, Problem
from pyfleet.loading.causes import CAUSES, SEVERAL_DOCUMENTS, Scene
from pyfleet.loading.codes import SYNTAX, UNREADABLE

if TYPE_CHECKING:
    import yaml


def explain_error(error: yaml.MarkedYAMLError, text: str, shown_as: str) -> Problem:
    """Return the problem that says where the text stops being YAML, and what most likely is the matter."""
    mark = error.problem_mark or error.context_mark
    start = error.context_mark or mark
    if mark is None or start is None:
        return Problem(Location(shown_as), SYNTAX, f"this is not YAML: {error.problem}")
    scene = Scene(text, mark, start)
    wording = f"{error.context or ''}: {error.problem or ''}"
    cause = next((cause for cause in CAUSES if any(part in wording for part in cause.fragments)), None)
    message, hint = cause.explain(scene) if cause else (f"this is not YAML: {wording.removeprefix(': ')}", "")
    place = start if cause and cause.at_start else mark
    code = UNREADABLE if cause is SEVERAL_DOCUMENTS else SYNTAX
    return Problem(Location(shown_as, place.line + 1, place.column + 1), code, message, hint)


def explain_forbidden_character(text: str, position: int, shown_as: str) -> Problem:
    """Return the problem of a character that YAML does not allow; `position` is a guess if none is found."""
    found = _FORBIDDEN.search(text)
    index = min(found.start() if found else position, max(len(text) - 1, 0))
    line_start = text.rfind("\n", 0, index) + 1
    location = Location(shown_as, text.count("\n", 0, index) + 1, index - line_start + 1)
    number = ord(text[index]) if text else 0
    return Problem(
        location,
        SYNTAX,
        f"the character U+{number:04X} is not allowed in YAML",
        f'remove it, or write it as "\\u{number:04X}" in double quotes',
    )


_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
