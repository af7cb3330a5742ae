"""Shows what a render would change, and writes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.writing.disk import explained, read
from pyfleet.writing.owned import LIST
from pyfleet.writing.survey import survey

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_NO_NEWLINE = "\\ No newline at end of file\n"


def diff(tree: Mapping[str, str], directory: Path) -> str:
    """Show what a render of the tree would change, as a unified diff that `git apply` and `patch -p1` take.

    Args:
        tree: Relative POSIX path to text.
        directory: The output directory, which need not exist.

    Raises:
        OutputError: A render would be refused, or the directory can't be read.
    """
    with explained(directory):
        planned = survey(tree, directory)
        changes, after = planned.changes, {**planned.contents, LIST: planned.list_after}
        before = {path: read(f"{directory}/{path}") for path in (*changes.updated, *changes.removed)}
    return "".join(
        line
        for path in sorted([*changes.created, *before])
        for line in _file_diff(path, before.get(path), None if path in changes.removed else after[path])
    )


def _file_diff(path: str, before: bytes | None, after: bytes | None) -> Iterator[str]:
    from difflib import unified_diff  # noqa: PLC0415 (loads `re` and more, which a render doesn't need)

    old_name = "/dev/null" if before is None else f"a/{path}"
    new_name = "/dev/null" if after is None else f"b/{path}"
    try:
        old, new = _lines(before), _lines(after)
    except UnicodeDecodeError:
        yield f"Binary files {old_name} and {new_name} differ\n"
        return
    if not (old or new):  # an empty file comes or goes: there is no line to show
        yield f"--- {old_name}\n+++ {new_name}\n"
    for line in unified_diff(old, new, old_name, new_name):
        yield line if line.endswith("\n") else f"{line}\n{_NO_NEWLINE}"


def _lines(content: bytes | None) -> list[str]:
    """Split at line feeds only; `str.splitlines` knows more line ends than diff tools do."""
    lines = (content or b"").decode().split("\n")
    return [f"{line}\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
