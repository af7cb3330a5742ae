"""YAML text -> PyYAML's tree of nodes, each with its place. Refuses text that would cost too much to read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import yaml
from yaml.nodes import ScalarNode, SequenceNode

from pyfleet.errors import Location, Problem, ProblemsFound
from pyfleet.loading.codes import TOO_COMPLEX
from pyfleet.loading.nodes import LIST_TAG, MAPPING_TAG, PLAIN, TEXT_TAG, location_of
from pyfleet.loading.syntax import explain_error, explain_forbidden_character

if TYPE_CHECKING:
    from collections.abc import Callable

    from yaml.nodes import Node

MAX_DEPTH: Final = 100
MAX_VALUES: Final = 1_000_000


class _Hooks:
    """What PyYAML calls back for each node: here the tag is chosen, and depth and number are limited.

    The limits have to be here and not later: libyaml's composer recurses in C, where a deep text is a crash.
    """

    depth = 0
    count = 0
    shown_as = ""

    def resolve(self, kind: type[Node], _value: str | None, implicit: Any) -> str:
        """Return the tag of a node without one; PyYAML's own (YAML 1.1, by regex) is slow, and unwanted."""
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


def with_hooks(base: type[Any]) -> Callable[[str], Any]:
    """Return a loader class on top of one of PyYAML's."""
    return type("FleetLoader", (_Hooks, base), {})


# libyaml's loader, where PyYAML was built with it, does the same some ten times faster.
LOADER: Final = with_hooks(getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def compose(text: str, shown_as: str, loader_class: Callable[[str], Any] = LOADER) -> Node | None:
    """Return the root node of the one document in `text`, None if there is none.

    Raises:
        ProblemsFound: The text is not YAML, holds several documents, or is beyond the limits.
    """
    try:
        loader = loader_class(text)
        loader.shown_as = shown_as
        try:
            root: Node | None = loader.get_single_node()
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        raise ProblemsFound([explain_error(error, text, shown_as)]) from None
    except yaml.reader.ReaderError as error:
        raise ProblemsFound([explain_forbidden_character(text, error.position, shown_as)]) from None
    return root


def too_deep(location: Location) -> Problem:
    """Return the problem of lists and mappings inside each other without end."""
    return Problem(
        location,
        TOO_COMPLEX,
        f"lists and mappings are nested more than {MAX_DEPTH} deep",
        "no part of a fleet is; look for a bracket that is opened again and again, or a chain of aliases",
    )


def too_many(location: Location) -> Problem:
    """Return the problem of more values than a fleet can need, counting each alias as all it stands for."""
    return Problem(
        location,
        TOO_COMPLEX,
        f"the file holds more than {MAX_VALUES:,} values once its aliases are written out",
        "look for aliases (*name) of lists that hold aliases themselves",
    )
