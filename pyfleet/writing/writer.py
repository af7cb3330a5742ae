"""Makes a directory hold a tree. A render that was killed, at any moment, is completed by the next one.

For that, the list of owned paths names a file before it appears and until it is gone: a new file that was half
written is then one of pyfleet's, with other content. An existing file is replaced atomically.
Nothing waits for the disk: after a power cut, Git has what was committed, and the next render writes the rest.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pyfleet.writing.disk import create, explained, locked, replace
from pyfleet.writing.owned import LIST, folder_of, folders_of
from pyfleet.writing.survey import Survey, refuse, survey

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pyfleet.writing.survey import Changes


def write(tree: Mapping[str, str], directory: Path) -> Changes:
    """Make a directory hold exactly this tree among the files that are pyfleet's own.

    Args:
        tree: Relative POSIX path to text.
        directory: The output directory; created if missing.

    Raises:
        OutputError: The render would touch what is not its own, another one is under way, or the disk refuses.
    """
    with explained(directory):
        directory.mkdir(parents=True, exist_ok=True)
        with locked(directory):
            planned = survey(tree, directory)
            if planned.changes:
                refuse(directory, _unwritable(planned, directory))
            _carry_out(planned, directory)
    return planned.changes


def _unwritable(planned: Survey, root: Path) -> list[str]:
    files = planned.files
    changed = {LIST, *files.created, *files.updated, *files.removed, *folders_of(files.created), *planned.emptied}
    return [
        f"{folder or '.'}: may not be written by this user, or lies on a read-only file system"
        for folder in sorted(set(map(folder_of, changed)))
        if (root / folder).is_dir() and not os.access(root / folder, os.W_OK | os.X_OK)
    ]


def _carry_out(planned: Survey, root: Path) -> None:
    files, contents = planned.files, planned.contents
    if planned.list_during != planned.list_before:
        replace(f"{root}/{LIST}", planned.list_during)
    for path in files.removed:
        (root / path).unlink(missing_ok=True)
    for folder in planned.emptied:
        (root / folder).rmdir()
    for folder in sorted(folders_of(files.created)):
        (root / folder).mkdir(exist_ok=True)
    for path in files.created:
        create(f"{root}/{path}", contents[path])
    for path in files.updated:
        replace(f"{root}/{path}", contents[path])
    if planned.list_after != planned.list_during:
        replace(f"{root}/{LIST}", planned.list_after)
