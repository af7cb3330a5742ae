"""The codes of what can be wrong with the text of a fleet file, before its meaning is looked at."""

from __future__ import annotations

from typing import Final

SYNTAX: Final = "F001"
DUPLICATE_KEY: Final = "F002"
UNKNOWN_KEY: Final = "F003"
WRONG_TYPE: Final = "F004"
YAML_TRAP: Final = "F005"
UNREADABLE: Final = "F006"
TOO_COMPLEX: Final = "F007"
MISSING_KEY: Final = "F008"
BESIDE: Final = "F009"

STORIES: Final = {
    SYNTAX: (
        "error",
        """The file is not YAML.

A bracket or a quote that isn't closed, a tab, a missing blank after a colon. The place is where the reader gave up,
which may be a little after the mistake. Tags such as `!include` mean nothing here.""",
    ),
    DUPLICATE_KEY: (
        "error",
        """A key that stands twice in one mapping.

YAML readers let the last one win without a word: a host entered twice was gone, and nobody saw which.""",
    ),
    UNKNOWN_KEY: (
        "error",
        """A key that the model doesn't know.

A misspelt key that is ignored is a setting that nobody has. `pyfleet schema` lets editors complete and explain
the keys.""",
    ),
    WRONG_TYPE: (
        "error",
        """A value that is not what its key takes.

Nothing is converted: `1.20` is a number and would come out as 1.2, so where text is meant it has to be quoted.""",
    ),
    YAML_TRAP: (
        "error",
        """Plain text that YAML 1.1 and YAML 1.2 read differently.

`no` is false to one reader and text to another, `1:30` is ninety, `0755` is 493. Write which one is meant.""",
    ),
    UNREADABLE: (
        "error",
        """The file can't be read as one YAML mapping in UTF-8.

It is missing, not a file, larger than 16 MiB, not UTF-8, empty, of several documents, or a list.""",
    ),
    TOO_COMPLEX: (
        "error",
        """Aliases that explode, an alias inside its own anchor, or nesting beyond what a fleet can need.

Ten aliases of ten aliases of ten fill the memory from a file of a few lines.""",
    ),
    MISSING_KEY: (
        "error",
        """A key that has no default, and is not there.""",
    ),
    BESIDE: (
        "error",
        """A file that the fleet names and that can't be used.

Raw manifests, and what canaries send, are in the fleet file's folder or below, so that a fleet is complete in itself.
A manifest is YAML; what a canary sends is small.""",
    ),
}
"""Severity and story of each code, for `pyfleet explain`: what it guards against, why, the way out."""
