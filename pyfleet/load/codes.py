"""The codes of what can be wrong with the text of a fleet file, before its meaning is looked at."""

from __future__ import annotations

from typing import Final

SYNTAX: Final = "F001"
"""The text is not YAML, or uses a tag that is not allowed here."""

DUPLICATE_KEY: Final = "F002"
"""A mapping holds the same key twice."""

UNKNOWN_KEY: Final = "F003"
"""The model does not know the key."""

WRONG_TYPE: Final = "F004"
"""A value, or a key, is not of the type it has to be."""

YAML_TRAP: Final = "F005"
"""Plain text that YAML 1.1 and YAML 1.2 read as different values."""

UNREADABLE: Final = "F006"
"""The file can't be read as one YAML mapping in UTF-8."""

TOO_COMPLEX: Final = "F007"
"""Aliases, nesting or the number of values are beyond what a fleet can need."""

MISSING_KEY: Final = "F008"
"""A key that must be there is not."""

MANIFEST: Final = "F009"
"""A raw manifest that the fleet names can't be read."""
