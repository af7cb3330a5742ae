"""Makes a directory hold a tree; if interrupted, each file is old or new, and the next run completes."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from pyfleet.errors import OutputError
from pyfleet.writing.disk import Disk
from pyfleet.writing.lock import locked
from pyfleet.writing.paths import STAGING
from pyfleet.writing.survey import Survey, encode_tree, look, refusal
from pyfleet.writing.transaction import carry_out

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from pyfleet.writing.changes import Changes


def write(tree: Mapping[str, str], directory: Path, *, wait: float = 10.0, disk: Disk | None = None) -> Changes:
    """Make a directory hold exactly this tree among the files that are the program's own.

    Args:
        tree: Relative POSIX path to text.
        directory: The output directory; created if missing.
        wait: Seconds to wait for another render of the same directory.
        disk: The operations that change the file system.

    Raises:
        OutputError: The render would touch what is not its own, or the directory can't be written.
    """
    contents = encode_tree(tree, directory)
    disk = disk or Disk()
    with ExitStack() as undo, _explained(directory):
        _make(directory, disk, undo)
        with locked(directory, wait):
            survey = look(contents, directory)
            _refuse(survey, directory)
            disk.clear(directory / STAGING)  # of a render that was killed
            if not survey.record_is_current or survey.changes:
                carry_out(survey, directory, disk)
        undo.pop_all()
    return survey.changes


def _make(directory: Path, disk: Disk, undo: ExitStack) -> None:
    """Create the output directory and what is missing above it; take that back if nothing comes of it."""
    missing = [path for path in (directory, *directory.parents) if not path.exists()]
    for path in reversed(missing):
        disk.make_directory(path)
        undo.callback(disk.remove_if_empty, path)


def _refuse(survey: Survey, root: Path) -> None:
    problems = [*survey.obstacles, *survey.refusals]
    if survey.changes:
        problems += [
            f"{path}: may not be written by this user, or lies on a read-only file system"
            for path in (root, *(root / path for path in survey.directories))
            if not os.access(path, os.W_OK | os.X_OK)
        ]
    if problems:
        raise refusal(root, sorted(problems))


@contextmanager
def _explained(directory: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(f"{error.filename or directory}: {error.strerror}; nothing was changed") from error
