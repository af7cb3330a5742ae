"""The text of a fleet file -> plain data, with the place of every key and value in it."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from pyfleet.errors import Location, Problem, ProblemsFound
from pyfleet.loading.codes import UNREADABLE
from pyfleet.loading.compose import compose, location_of
from pyfleet.loading.construct import construct, is_merge

MAX_BYTES: Final = 16 * 1024 * 1024

_BOM: Final = "\ufeff"

_Entries = dict[str, tuple[Node, Node]]


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML mapping: its data, and where in the file each part of it is."""

    path: str
    data: dict[str, Any]
    _root: Node = field(repr=False, compare=False)
    _entries: dict[int, _Entries] = field(default_factory=dict, init=False, repr=False, compare=False)

    def locate(self, path: Sequence[str | int], *, key: bool = False) -> Location:
        """Return the place of the value at `path`, or of its key.

        If the path does not exist, this is the place of the nearest part that does: the key of the mapping or
        list that lacks the rest. Steps that name nothing (pydantic's union tags) are skipped.

        Args:
            path: Keys and list indexes from the top, such as the `loc` of a pydantic error.
            key: Return the place of the key; a list item has none, so it is the item's own.
        """
        key_node, node, lost = self._walk(path)
        at_key = key or (lost and (path[-1] == "[key]" or not isinstance(node, ScalarNode)))
        return location_of(key_node if at_key and key_node else node, self.path)

    def source_text(self, path: Sequence[str | int]) -> str | None:
        """Return the text of the scalar at `path` as it is written, without quotes; None for anything else.

        A float that should have been text, `1.20`, is `"1.2"` as data and `"1.20"` here.
        """
        _, node, _ = self._walk(path)
        return node.value if isinstance(node, ScalarNode) else None

    def _walk(self, path: Sequence[str | int]) -> tuple[Node | None, Node, bool]:
        """Return key (None: list item) and value of the nearest part, and whether the last step was not found."""
        key_node: Node | None = None
        node = self._root
        lost = False
        for step in path:
            found = self._step(node, step)
            lost = found is None
            if found:
                key_node, node = found
        return key_node, node, lost

    def _step(self, node: Node, step: str | int) -> tuple[Node | None, Node] | None:
        if isinstance(node, SequenceNode) and isinstance(step, int):
            return (None, node.value[step]) if 0 <= step < len(node.value) else None
        if isinstance(node, MappingNode) and isinstance(step, str):
            return self._entries_of(node).get(step)
        return None

    def _entries_of(self, node: MappingNode) -> _Entries:
        """Return the entries of a mapping, merged ones included; cached, because many errors may ask for them."""
        entries = self._entries.get(id(node))
        if entries is None:
            entries = self._entries[id(node)] = {}
            for key, value in node.value:
                if is_merge(key):
                    for source in value.value if isinstance(value, SequenceNode) else [value]:
                        for name, entry in self._entries_of(source).items():
                            entries.setdefault(name, entry)
            entries.update((key.value, (key, value)) for key, value in node.value if not is_merge(key))
        return entries


def read_document(path: Path, shown_as: str | None = None) -> Document:
    """Read a YAML file.

    Args:
        path: The file.
        shown_as: What messages call it; `path` as it is given, if None.

    Raises:
        ProblemsFound: It can't be read, is larger than 16 MiB, is not UTF-8, or `parse_document` refuses it.
    """
    name = str(path) if shown_as is None else shown_as
    try:
        content = _read_bytes(path)
    except OSError as error:
        raise _unreadable(name, f"the file can't be read: {error.strerror or error}") from None
    except ValueError:
        raise _unreadable(name, "this is not the name of a file") from None
    if content is None:
        raise _unreadable(name, "this is not a file", "give the path of a fleet.yaml")
    if len(content) > MAX_BYTES:
        raise _unreadable(name, f"the file is larger than {MAX_BYTES // 2**20} MiB", "give the path of a fleet.yaml")
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise ProblemsFound([_not_utf8(content, error.start, name)]) from None
    return parse_document(text, name)


def parse_document(text: str, shown_as: str) -> Document:
    """Read YAML text.

    Args:
        text: The whole text; a byte order mark at its start is skipped.
        shown_as: The path that messages give.

    Raises:
        ProblemsFound: All that is wrong: the text is not YAML, not one mapping, or holds a trap, a repeated
            key, a tag, a key that is not text, or more than a fleet can need.
    """
    root = compose(text.removeprefix(_BOM), shown_as)
    if root is None or (isinstance(root, ScalarNode) and not root.value and not root.style):
        raise _unreadable(shown_as, "the file is empty", "`pyfleet schema` shows what a fleet file holds")
    data = construct(root, shown_as)
    if not isinstance(data, dict):
        kind = "a list" if isinstance(data, list) else "a single value"
        problem = Problem(
            location_of(root, shown_as), UNREADABLE, f"the file holds {kind}, not a mapping", "start with `cluster:`"
        )
        raise ProblemsFound([problem])
    return Document(shown_as, data, root)


def _read_bytes(path: Path) -> bytes | None:
    """Return at most one byte more than is allowed; None if it is not a file (a pipe would wait for ever)."""
    if not stat.S_ISREG(os.stat(path).st_mode):  # noqa: PTH116 (the mode is what is asked for)
        return None
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def _unreadable(name: str, message: str, hint: str = "") -> ProblemsFound:
    return ProblemsFound([Problem(Location(name), UNREADABLE, message, hint)])


def _not_utf8(content: bytes, start: int, name: str) -> Problem:
    """Return the problem of a byte that is no UTF-8, with its column counted in characters."""
    line_start = content.rfind(b"\n", 0, start) + 1
    column = len(content[line_start:start].decode().removeprefix(_BOM)) + 1
    location = Location(name, content.count(b"\n", 0, start) + 1, column)
    looks_like_utf16 = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    found = "it looks like UTF-16" if looks_like_utf16 else f"byte 0x{content[start]:02x}"
    return Problem(location, UNREADABLE, f"the file is not UTF-8: {found}", "save it as UTF-8")
