"""YAML text -> PyYAML's tree of nodes, each with its place; text that is not YAML is refused with PyYAML's message."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

import yaml
from yaml.composer import ComposerError
from yaml.nodes import Node, ScalarNode, SequenceNode

from pyfleet.errors import Location, Problem, ProblemsFound
from pyfleet.loading.codes import SYNTAX, TOO_COMPLEX, UNREADABLE

MAX_DEPTH: Final = 100
MAX_VALUES: Final = 1_000_000

PLAIN: Final = "plain scalar"
"""Marks an untagged, unquoted scalar; compare with `is`: a file could hold a tag of the same text."""

YAML_TAGS: Final = "tag:yaml.org,2002:"
TEXT_TAG: Final = YAML_TAGS + "str"
LIST_TAG: Final = YAML_TAGS + "seq"
MAPPING_TAG: Final = YAML_TAGS + "map"

Loader = Callable[[str], Any]


class _Hooks:
    """Hooks that PyYAML calls for each node: they choose its tag, and limit the depth and number of nodes.

    The limits have to be here and not later: libyaml's composer recurses in C, and a deeply nested text would crash it.
    """

    depth = 0
    count = 0
    shown_as = ""

    def resolve(self, kind: type[Node], _value: str | None, implicit: Any) -> str:
        """Return the tag of a node that has none. PyYAML's own choice (YAML 1.1, by regex) is slow, and not wanted."""
        if kind is ScalarNode:
            return PLAIN if implicit[0] else TEXT_TAG
        return LIST_TAG if kind is SequenceNode else MAPPING_TAG

    def descend_resolver(self, parent: Node | None, _index: object) -> None:
        self.depth += 1
        self.count += 1
        if self.depth > MAX_DEPTH or self.count > MAX_VALUES:
            location = location_of(parent, self.shown_as) if parent else Location(self.shown_as)
            raise ProblemsFound([too_deep(location) if self.depth > MAX_DEPTH else too_many(location)])

    def ascend_resolver(self) -> None:
        self.depth -= 1


def with_hooks(base: type[Any]) -> Loader:
    """Return a loader class on top of one of PyYAML's."""
    return type("FleetLoader", (_Hooks, base), {})


PYTHON: Final = with_hooks(yaml.SafeLoader)
# libyaml's, where PyYAML was built with it, does the same some fifteen times faster.
FASTEST: Final = with_hooks(yaml.CSafeLoader) if yaml.__with_libyaml__ else PYTHON


def compose(text: str, shown_as: str, loader: Loader = FASTEST) -> Node | None:
    """Return the root node of the one document in `text`, None if there is none.

    Raises:
        ProblemsFound: The text is not YAML, holds several documents, or is beyond the limits.
    """
    if found := _FORBIDDEN.search(text):
        raise ProblemsFound([_forbidden_character(text, found.start(), shown_as)])
    try:
        return _root(loader(text), shown_as)
    except (yaml.YAMLError, ValueError, OverflowError) as error:  # the last two: PyYAML's chr() of "\UFFFFFFFF"
        # The Python parser has the same messages everywhere, and no nesting limit of its own: libyaml 0.2.6 gives up
        # at a thousand brackets, which it reads before it calls our hooks.
        if loader is not PYTHON:
            compose(text, shown_as, PYTHON)
        raise ProblemsFound([_not_yaml(error, text, shown_as)]) from None


def _root(loader: Any, shown_as: str) -> Node | None:
    loader.shown_as = shown_as
    try:
        root: Node | None = loader.get_single_node()
    finally:
        loader.dispose()
    return root


def _not_yaml(error: Exception, text: str, shown_as: str) -> Problem:
    """Return PyYAML's own message, the place where the broken part begins, and a hint for the character there."""
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return Problem(Location(shown_as), SYNTAX, f"this is not YAML: {error}")
    stop = error.problem_mark
    start = error.context_mark or stop
    location = Location(shown_as, stop.line + 1, stop.column + 1)
    sign = text[stop.index : stop.index + 1]
    if isinstance(error, ComposerError) and sign not in "*&":
        # What is refused although the text parses: an unknown alias, an anchor given twice, a second document.
        hint = "keep one document in the file: remove the --- line"
        return Problem(location, UNREADABLE, "a second document starts here", hint)
    context = (
        f"{error.context} (line {start.line + 1}, column {start.column + 1}): " if start.index < stop.index else ""
    )
    hint = _HINTS.get(text[start.index : start.index + 1]) or _HINTS.get(sign, "")
    return Problem(location, SYNTAX, f"{context}{error.problem}", hint)


_HINTS: Final = {
    "\t": "indent with spaces",
    "[": "close the [ with ], and put a comma between its items",
    "{": "close the { with }, and put a comma between its entries",
    ":": "text with `: ` in it needs quotes; else look at the indentation, here and on the line above",
    **dict.fromkeys("*&!@`%", "text that starts with this sign needs quotes"),
}


def _forbidden_character(text: str, index: int, shown_as: str) -> Problem:
    line_start = text.rfind("\n", 0, index) + 1
    location = Location(shown_as, text.count("\n", 0, index) + 1, index - line_start + 1)
    number = f"{ord(text[index]):04X}"
    hint = f'remove it, or write it as "\\u{number}" in double quotes'
    return Problem(location, SYNTAX, f"the character U+{number} is not allowed in YAML", hint)


_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


def location_of(node: Node, shown_as: str) -> Location:
    """Return where a node starts, counted from 1 as editors do."""
    mark = node.start_mark
    return Location(shown_as, mark.line + 1, mark.column + 1)


def too_deep(location: Location) -> Problem:
    """Return the problem of lists and mappings inside each other without end."""
    message = f"lists and mappings are nested more than {MAX_DEPTH} deep"
    hint = "no fleet needs that; look for a bracket that is opened again and again, or a chain of aliases"
    return Problem(location, TOO_COMPLEX, message, hint)


def too_many(location: Location) -> Problem:
    """Return the problem of more values than a fleet can need, with aliases written out."""
    message = f"the file holds more than {MAX_VALUES:,} values once its aliases are written out"
    hint = "look for aliases (*name) of lists that hold aliases themselves"
    return Problem(location, TOO_COMPLEX, message, hint)
