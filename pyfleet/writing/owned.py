"""The list of owned paths, one a line: which files of the output directory pyfleet wrote, and may replace or remove."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LIST = ".pyfleet-files"
OLD_LIST = ".pyfleet.json"
TEMPORARY = ".pyfleet-tmp"

_HEAD = "# Files that pyfleet wrote; the next render replaces or removes them. Never edit.\n"
# Git's marks of a conflict are passed over: the paths of both sides are pyfleet's, and the next render mends the list.
_NO_PATH = ("#", "<<<<<<<", "|||||||", "=======", ">>>>>>>")
_OLD_START = '{\n  "comment": "Files written by pyfleet'
_OLD_PATH = re.compile(r'^    "([^"\\]+)": "[0-9a-f]{64}",?$', re.MULTILINE)


def encode(paths: Iterable[str]) -> bytes:
    """Spell the list; equal sets of paths have equal bytes."""
    return (_HEAD + "".join(f"{path}\n" for path in sorted(paths))).encode()


def decode(content: bytes) -> set[str]:
    """Read the list. Don't trust its paths: see `path_problem`."""
    lines = content.decode(errors="surrogateescape").split("\n")
    return {line for line in lines if line and not line.startswith(_NO_PATH)}


def decode_old(content: bytes) -> set[str]:
    """Read the list of earlier versions, a JSON file with a digest beside each path.

    It lists itself too, so it counts as stale, and is removed once the new list is written.
    """
    text = content.decode(errors="surrogateescape")
    return {OLD_LIST, *_OLD_PATH.findall(text)} if text.startswith(_OLD_START) else set()


def path_problem(path: str) -> str | None:
    """Describe what is wrong with a relative path; None if it may be written."""
    parts = path.casefold().split("/")
    if not path.isprintable() or "\\" in path or path.startswith(_NO_PATH) or not {"", ".", ".."}.isdisjoint(parts):
        return "is not a relative path of plain names, without `..`, that stays in the output directory"
    if not {LIST, TEMPORARY, ".git"}.isdisjoint(parts):
        return "has a name that pyfleet or Git keeps for itself"
    return None


def tree_problems(paths: Iterable[str]) -> Iterator[str]:
    """Describe what is wrong with the paths of a tree, each by itself and together."""
    paths = sorted(paths)
    folders = folders_of(paths)
    seen: dict[str, str] = {}
    for path in paths:
        if problem := path_problem(path):
            yield f"{path!r} {problem}"
        if path in folders:
            yield f"{path!r} is a file and also a directory"
    for name in sorted(folders.union(paths)):
        if (other := seen.setdefault(name.casefold(), name)) != name:
            yield f"{other!r} and {name!r} are one name where case does not count"


def is_temporary(path: str) -> bool:
    """Whether a path is that of a temporary file."""
    return path.rpartition("/")[2] == TEMPORARY


def folder_of(path: str) -> str:
    """Return the directory that a relative path lies in; that of a name without slash is `""`."""
    return path.rpartition("/")[0]


def folders_of(paths: Iterable[str]) -> set[str]:
    """Return all directories that the paths lie in, at any depth, without `""`."""
    found: set[str] = set()
    for path in paths:
        folder = folder_of(path)
        while folder and folder not in found:
            found.add(folder)
            folder = folder_of(folder)
    return found
