"""Tells what a render would change, and writes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.errors import OutputError
from pyfleet.writing.ownership import RECORD, encode
from pyfleet.writing.survey import Survey, encode_tree, look, refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from pyfleet.writing.changes import Changes

_NO_NEWLINE = "\\ No newline at end of file\n"


def compare(tree: Mapping[str, str], directory: Path) -> Changes:
    """Tell what a render of the tree would change.

    Args:
        tree: Relative POSIX path to text.
        directory: The output directory, which need not exist.

    Raises:
        OutputError: The directory or its ownership record can't be read, or a path can't be one.
    """
    return _survey(tree, directory).changes


def diff(tree: Mapping[str, str], directory: Path) -> str:
    """Show what a render of the tree would change, as a unified diff that `git apply` and `patch -p1` take.

    Args:
        tree: Relative POSIX path to text.
        directory: The output directory, which need not exist.

    Raises:
        OutputError: The directory or its ownership record can't be read, or a path can't be one.
    """
    survey = _survey(tree, directory)
    changes = survey.changes
    after = {**survey.contents, RECORD: encode(survey.record_after())}
    return "".join(
        line
        for path in sorted([*changes.created, *changes.updated, *changes.removed])
        for line in _file_diff(path, survey.before.get(path), None if path in changes.removed else after[path])
    )


def _survey(tree: Mapping[str, str], directory: Path) -> Survey:
    try:
        survey = look(encode_tree(tree, directory), directory)
    except OSError as error:
        raise OutputError(f"{error.filename or directory}: {error.strerror}") from error
    if survey.obstacles:
        raise refusal(directory, survey.obstacles)
    return survey


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
