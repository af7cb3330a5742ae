"""Carries out what a survey found, in an order that can be interrupted anywhere.

1. All new content goes to a staging directory: a full disk shows here, before anything has changed.
2. The record names the files that are there and those that will be; new directories are made.
3. Each file is replaced by a rename; then stale files and directories that became empty go.
4. The record names what is there.

Killed during 1 to 3, the next run finds in the record whose each file is, and does the rest.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from pyfleet.errors import OutputError
from pyfleet.writing.ownership import RECORD, encode
from pyfleet.writing.paths import STAGING, parents
from pyfleet.writing.survey import Survey, stale_directories

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pyfleet.writing.disk import Disk


def carry_out(survey: Survey, root: Path, disk: Disk) -> None:
    """Change the directory as surveyed.

    Args:
        survey: A survey without obstacles and refusals.
        root: The output directory, locked.
        disk: The operations that change the file system.

    Raises:
        OSError: Something failed before the first file was replaced; nothing has changed.
        OutputError: Something failed later; another run completes the render.
    """
    staging = root / STAGING
    targets = [*survey.created, *survey.updated]
    blocking = _blocking(survey)
    missing = _missing_parents(survey)
    late = [path for path in missing if not blocking.isdisjoint([path, *parents(path)])]
    with ExitStack() as undo:
        disk.make_directory(staging)
        undo.callback(disk.clear, staging)
        staged = _stage(survey, targets, staging, disk)
        disk.replace(staging / "during", root / RECORD)
        undo.callback(_restore_record, survey, root, disk)
        disk.sync(root)
        for path in [path for path in missing if path not in late]:
            disk.make_directory(root / path)
            undo.callback(disk.remove_if_empty, root / path)
        undo.pop_all()
    try:
        _make_way(survey, blocking, root, disk)
        for path in late:
            disk.make_directory(root / path)
        for path, source in zip(targets, staged, strict=True):
            disk.replace(source, root / path)
        for path in survey.removed:
            if path not in blocking:
                disk.remove(root / path)
        for path in stale_directories(survey):
            disk.remove_if_empty(root / path)
        _sync_directories([*targets, *survey.removed], root, disk)
        disk.replace(staging / "after", root / RECORD)
        disk.sync(root)
        disk.clear(staging)
    except OSError as error:
        where = error.filename or root
        raise OutputError(f"{where}: {error.strerror}; the render stopped half-way, render again") from error


def _stage(survey: Survey, targets: Iterable[str], staging: Path, disk: Disk) -> list[Path]:
    """Write all that is new, and wait for the medium only then: the file system does it in one go."""
    staged: list[Path] = []
    for number, path in enumerate(targets):
        staged.append(staging / str(number))
        disk.create(staged[-1], survey.contents[path])
    records = {"during": encode(survey.record_during()), "after": encode(survey.record_after())}
    if RECORD in survey.before:
        records["before"] = survey.before[RECORD]
    for name, content in records.items():
        disk.create(staging / name, content)
    for source in [*staged, *(staging / name for name in records)]:
        disk.sync(source)
    return staged


def _restore_record(survey: Survey, root: Path, disk: Disk) -> None:
    if RECORD in survey.before:
        disk.replace(root / STAGING / "before", root / RECORD)
    else:
        disk.remove(root / RECORD)


def _missing_parents(survey: Survey) -> list[str]:
    """Directories to be made, outermost first."""
    needed = {parent for path in survey.created for parent in parents(path)}
    return sorted(needed.difference(survey.directories))


def _blocking(survey: Survey) -> set[str]:
    """Stale files in the way: where a directory is to be, or below a directory that is to be a file."""
    created = set(survey.created)
    needed = {parent for path in created for parent in parents(path)}
    return {path for path in survey.removed if path in needed or not created.isdisjoint(parents(path))}


def _make_way(survey: Survey, blocking: set[str], root: Path, disk: Disk) -> None:
    created = set(survey.created)
    for path in sorted(blocking):
        disk.remove(root / path)
    for path in stale_directories(survey):
        if not created.isdisjoint([path, *parents(path)]):
            disk.remove_if_empty(root / path)


def _sync_directories(paths: Iterable[str], root: Path, disk: Disk) -> None:
    """Put the new names on the medium before the record that relies on them."""
    directories = {(root / path).parent for path in paths}
    for path in sorted(directories):
        if path.is_dir():
            disk.sync(path)
