"""Which paths a tree may hold: those that stay below the directory and mean the same file everywhere."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

RECORD = ".pyfleet.json"
STAGING = ".pyfleet.tmp"
_RESERVED = frozenset({RECORD, STAGING})


def path_problem(path: str) -> str | None:
    """Say what is wrong with one relative path, or nothing."""
    if path.startswith("/"):
        return "is absolute; a path is relative to the output directory"
    if "\\" in path:
        return "has a backslash; parts of a path are separated by `/`"
    if any(ord(character) < ord(" ") or ord(character) == 0x7F for character in path):  # noqa: PLR2004
        return "has a control character"
    if any("\ud800" <= character <= "\udfff" for character in path):
        return "is not Unicode text"
    if not unicodedata.is_normalized("NFC", path):
        return "is not in Unicode normal form C, so that it can name another file elsewhere"
    parts = path.split("/")
    if ".." in parts:
        return "leaves the output directory through `..`"
    if "" in parts or "." in parts:
        return "has an empty part or `.` between its slashes"
    if parts[0].casefold() in _RESERVED:
        return "is a name that the ownership record or the writer itself uses"
    return None


def tree_problems(paths: Iterable[str]) -> list[str]:
    """Say what is wrong with the paths of a tree, each by itself and with one another."""
    problems: list[str] = []
    seen: dict[str, tuple[str, bool]] = {}
    for path in sorted(paths):
        if problem := path_problem(path):
            problems.append(f"{path!r} {problem}")
            continue
        for name, is_file in [*((parent, False) for parent in parents(path)), (path, True)]:
            other, other_is_file = seen.setdefault(name.casefold(), (name, is_file))
            if other != name:
                problems.append(f"{name!r} and {other!r} are one name where case does not count")
            elif other_is_file != is_file:
                problems.append(f"{name!r} is a file and also the directory of {path!r}")
    return problems


def parents(path: str) -> Iterator[str]:
    """Yield the directories a relative path lies in, outermost first."""
    end = path.find("/")
    while end != -1:
        yield path[:end]
        end = path.find("/", end + 1)
