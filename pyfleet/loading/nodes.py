"""What we ask of PyYAML's nodes: their kind, their place, their text as a message can hold it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pyfleet.errors import Location

if TYPE_CHECKING:
    from yaml.nodes import Node

PLAIN: Final = "plain scalar"
"""Marks an untagged, unquoted scalar; compare with `is`, for a file could spell a tag like this one."""

YAML_TAGS: Final = "tag:yaml.org,2002:"
TEXT_TAG: Final = YAML_TAGS + "str"
LIST_TAG: Final = YAML_TAGS + "seq"
MAPPING_TAG: Final = YAML_TAGS + "map"

_LONGEST_SHOWN: Final = 60


def location_of(node: Node, shown_as: str) -> Location:
    """Return where a node starts, counted from 1 as editors do."""
    mark = node.start_mark
    return Location(shown_as, mark.line + 1, mark.column + 1)


def is_merge(key: Node) -> bool:
    """Say whether a key is the merge key `<<`; in quotes it is a text like any other."""
    return key.tag is PLAIN and key.value == "<<"


def shorten(text: str) -> str:
    """Return a text of the file on one line of at most 60 characters."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_SHOWN else f"{line[: _LONGEST_SHOWN - 3]}..."


def shown_tag(node: Node) -> str:
    """Return a node's tag as it is written in a file."""
    tag: str = node.tag
    return "!!" + shorten(tag.removeprefix(YAML_TAGS)) if tag.startswith(YAML_TAGS) else shorten(tag)
