"""PyYAML's nodes -> plain data, with everything that is wrong on the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from pyfleet.errors import Problem, ProblemsFound
from pyfleet.loading.codes import DUPLICATE_KEY, SYNTAX, TOO_COMPLEX, WRONG_TYPE, YAML_TRAP
from pyfleet.loading.compose import (
    LIST_TAG,
    MAPPING_TAG,
    MAX_DEPTH,
    MAX_VALUES,
    PLAIN,
    TEXT_TAG,
    YAML_TAGS,
    location_of,
    too_deep,
    too_many,
)
from pyfleet.loading.scalars import Scalar, Trap, read_plain

Data = dict[str, "Data"] | list["Data"] | Scalar

_SCALAR_TAGS: Final[dict[str, type]] = {
    YAML_TAGS + "int": int,
    YAML_TAGS + "float": float,
    YAML_TAGS + "bool": bool,
    YAML_TAGS + "null": type(None),
}
_LONGEST_SHOWN: Final = 60


def construct(root: Node, shown_as: str) -> Data:
    """Return the data of a tree of nodes. Aliases of one anchor are one object: treat the data as read-only.

    Raises:
        ProblemsFound: All traps, duplicate keys, unknown tags, endless aliases that the tree holds.
    """
    constructor = _Constructor(shown_as)
    data = constructor.value(root, 1)
    if constructor.problems:
        raise ProblemsFound(constructor.problems)
    return data


def is_merge(key: Node) -> bool:
    """Whether a key is the merge key `<<`; in quotes it is plain text."""
    return key.tag is PLAIN and key.value == "<<"


@dataclass(slots=True)
class _Done:
    """A list or mapping that was seen. While `size` is 0 it is still being read: an alias of it is inside itself."""

    data: Data
    size: int = 0
    height: int = 0


class _Constructor:
    """One walk over the nodes. Each list and mapping is read once; what its aliases add is counted."""

    def __init__(self, shown_as: str) -> None:
        self.shown_as = shown_as
        self.problems: list[Problem] = []
        self.done: dict[int, _Done] = {}
        self.count = 0
        self.deepest = 0

    def value(self, node: Node, depth: int) -> Data:
        if type(node) is not ScalarNode:
            return self.collection(node, depth)
        self.count += 1
        if node.tag == TEXT_TAG:
            return self.text(node)
        if node.tag is not PLAIN and node.tag not in _SCALAR_TAGS:
            self.unknown_tag(node)
            return None
        value = read_plain(node.value)
        if isinstance(value, Trap):
            self.report(node, YAML_TRAP, value.message, value.hint)
            return None
        return value if node.tag is PLAIN else self.tagged(node, value)

    def text(self, node: ScalarNode) -> str:
        text: str = node.value
        if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
            # libyaml refuses this escape; the Python parser accepts it, but no UTF-8 file can hold the result.
            self.report(node, SYNTAX, f"{text!r} holds half a surrogate pair", "write the whole character")
        return text

    def tagged(self, node: ScalarNode, value: Scalar) -> Scalar:
        """Return a scalar with one of YAML's own tags, which its text has to fit."""
        wanted = _SCALAR_TAGS[node.tag]
        if wanted is float and type(value) is int:
            return float(value)
        if type(value) is wanted:
            return value
        message = f"{_shorten(node.value)} does not fit its tag {_shown_tag(node)}"
        self.report(node, SYNTAX, message, "remove the tag")
        return None

    def collection(self, node: Node, depth: int) -> Data:
        done = self.done.get(id(node))
        if done is not None:
            return self.alias(node, done, depth)
        outer, self.deepest = self.deepest, depth
        before = self.count
        self.count += 1
        data: dict[str, Data] | list[Data] = {} if isinstance(node, MappingNode) else []
        done = self.done[id(node)] = _Done(data)
        if isinstance(data, dict):
            self.fill(data, node, depth + 1)
        else:
            data += [self.value(item, depth + 1) for item in node.value]
        if node.tag != (MAPPING_TAG if isinstance(data, dict) else LIST_TAG):
            self.unknown_tag(node)
        done.size = self.count - before
        done.height = self.deepest - depth
        self.deepest = max(outer, self.deepest)
        return data

    def alias(self, node: Node, done: _Done, depth: int) -> Data:
        """Return what an alias stands for, counted as if it were written out."""
        if not done.size:
            message = "the value that starts here holds an alias of itself"
            self.report(node, TOO_COMPLEX, message, "write out the part that is meant")
            return None
        self.count += done.size
        self.deepest = max(self.deepest, depth + done.height)
        # Raised at once: going on would cost the memory and time that the limits protect.
        if self.count > MAX_VALUES:
            raise ProblemsFound([*self.problems, too_many(location_of(node, self.shown_as))])
        if self.deepest > MAX_DEPTH:
            raise ProblemsFound([*self.problems, too_deep(location_of(node, self.shown_as))])
        return done.data

    def fill(self, data: dict[str, Data], node: Node, depth: int) -> None:
        """Read the entries of a mapping into `data`: the merged ones first, then its own, which win."""
        own: dict[str, Data] = {}
        repeated: list[Node] = []
        merge: Node | None = None
        for key_node, value_node in node.value:
            if is_merge(key_node):
                if merge is None:
                    merge = key_node
                    self.merge(data, value_node, depth)
                else:
                    self.duplicate(key_node, merge, "merge all at once: <<: [*one, *other]")
                continue
            key = self.key(key_node)
            value = self.value(value_node, depth)
            if key is not None:
                if key in own:
                    repeated.append(key_node)
                own[key] = value
        data.update(own)
        if repeated:
            first = {key.value: key for key, _ in reversed(node.value) if isinstance(key, ScalarNode)}
            for key_node in repeated:
                self.duplicate(key_node, first[key_node.value], "keep one of the two")

    def merge(self, data: dict[str, Data], node: Node, depth: int) -> None:
        """Read what `<<` names into `data`; of several mappings the first wins, as in YAML 1.1."""
        for source in node.value if isinstance(node, SequenceNode) else [node]:
            if isinstance(source, MappingNode):
                mapping = self.value(source, depth)
                if isinstance(mapping, dict):  # else an alias of itself, reported already
                    for key, item in mapping.items():
                        data.setdefault(key, item)
            else:
                hint = "write <<: *name, or <<: [*one, *other], with names of mappings"
                self.report(source, WRONG_TYPE, "<< can merge mappings only", hint)

    def key(self, node: Node) -> str | None:
        """Return a key; if it is not text, report that and return None."""
        if not isinstance(node, ScalarNode):
            kind = "mapping" if isinstance(node, MappingNode) else "list"
            hint = "put it in quotes if it is text, as {{ ... }} must be"
            self.report(node, WRONG_TYPE, f"a key must be text, and this one is a {kind}", hint)
            return None
        text: str = node.value
        if node.tag is not PLAIN:
            if node.tag != TEXT_TAG:
                self.unknown_tag(node)
            return self.text(node)
        key = read_plain(text)
        if type(key) is str:
            return text
        quoted = f'write "{_shorten(text)}" with quotes: a key is text'
        if isinstance(key, Trap):
            self.report(node, YAML_TRAP, f"the key {key.message}", quoted)
            return None
        if not text:
            self.report(node, WRONG_TYPE, "this entry has no key", "write a key before the colon")
            return None
        kind = "null" if key is None else "a boolean" if isinstance(key, bool) else "a number"
        self.report(node, WRONG_TYPE, f"the key {text} is {kind}, not text", quoted)
        return None

    def duplicate(self, node: Node, first: Node, hint: str) -> None:
        place = location_of(first, self.shown_as)
        key = _shorten(node.value)
        message = f"the key {key} is here twice; the first is on line {place.line}, column {place.column}"
        self.report(node, DUPLICATE_KEY, message, hint)

    def unknown_tag(self, node: Node) -> None:
        hint = "remove the tag; text that starts with ! needs quotes"
        self.report(node, SYNTAX, f"the tag {_shown_tag(node)} is not allowed here", hint)

    def report(self, node: Node, code: str, message: str, hint: str) -> None:
        self.problems.append(Problem(location_of(node, self.shown_as), code, message, hint))


def _shorten(text: str) -> str:
    """Return a text of the file on one line of at most 60 characters."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_SHOWN else f"{line[: _LONGEST_SHOWN - 3]}..."


def _shown_tag(node: Node) -> str:
    """Return a node's tag as it is written in a file."""
    tag: str = node.tag
    return "!!" + _shorten(tag.removeprefix(YAML_TAGS)) if tag.startswith(YAML_TAGS) else _shorten(tag)
