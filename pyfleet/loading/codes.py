"""Codes of problems in the text of a fleet file, which are found before any check runs."""

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

YAML readers silently keep the last one: of a host that was entered twice one entry was lost, and nobody noticed.""",
    ),
    UNKNOWN_KEY: (
        "error",
        """A key that the model doesn't know.

If a misspelt key were ignored, its setting would silently be missing. `pyfleet schema` lets editors complete and
explain the keys.""",
    ),
    WRONG_TYPE: (
        "error",
        """A value of the wrong type or form.

Nothing is converted: `1.20` is a number and would become 1.2, so text that looks like a number needs quotes.""",
    ),
    YAML_TRAP: (
        "error",
        """Unquoted text that YAML 1.1 and YAML 1.2 read differently.

`no` is false to one reader and text to another, `1:30` is ninety, `0755` is 493. Write the one that you mean.""",
    ),
    UNREADABLE: (
        "error",
        """The file can't be read as one YAML mapping in UTF-8.

It is missing, not a file, larger than 16 MiB, not UTF-8, empty, of several documents, or a list.""",
    ),
    TOO_COMPLEX: (
        "error",
        """Aliases that explode, an alias inside its own anchor, or nesting beyond what a fleet can need.

A file of a few lines can fill the memory: ten aliases of a list of ten aliases, and so on.""",
    ),
    MISSING_KEY: (
        "error",
        """A required key that is missing.""",
    ),
    BESIDE: (
        "error",
        """A file that the fleet file names, and that can't be used.

Raw manifests and the files that canaries send have to be in the fleet file's folder or below, so that this folder
holds the whole fleet. A manifest has to be YAML; a file that a canary sends has to be small.""",
    ),
}
"""Severity and story of each code, for `pyfleet explain`: what it guards against, why, the way out."""
