"""Looks at the output directory without following symbolic links."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pyfleet.writing.paths import parents

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

Kind = Literal["file", "directory", "symbolic link", "mount point", "special file"]


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What stands where a regular file of the tree would be: at its path, or at one of its parents."""

    path: str
    kind: Kind


class Reader:
    """Reads files below one directory; looks at every parent directory once."""

    def __init__(self, root: Path) -> None:
        self._root = os.fspath(root)
        self._parents: dict[str, Obstacle | bool] = {}
        self._device = _status(self._root).st_dev if os.path.isdir(self._root) else None  # noqa: PTH112

    def read(self, path: str) -> bytes | Obstacle | None:
        """Return a file's content, nothing if there is none, or what stands in its place."""
        for parent in parents(path):
            state = self._parent(parent)
            if isinstance(state, Obstacle):
                return state
            if not state:
                return None
        full = f"{self._root}/{path}"
        try:
            status = _status(full)
        except FileNotFoundError:
            return None
        if not stat.S_ISREG(status.st_mode):
            return Obstacle(path, _kind(status.st_mode))
        descriptor = os.open(full, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            return _read_all(descriptor, status.st_size)
        finally:
            os.close(descriptor)

    def existing_parents(self) -> list[str]:
        """Return the parent directories that were met and exist."""
        return [path for path, state in self._parents.items() if state is True]

    def holds_only(self, path: str, files: Collection[str]) -> bool:
        """Whether a directory holds nothing but these files, in directories that lie above them."""
        above = {parent for file in files for parent in parents(file)}
        if path not in above:
            return False
        with os.scandir(f"{self._root}/{path}") as entries:
            for entry in entries:
                below = f"{path}/{entry.name}"
                if entry.is_dir(follow_symlinks=False):
                    if not self.holds_only(below, files):
                        return False
                elif below not in files:
                    return False
        return True

    def _parent(self, path: str) -> Obstacle | bool:
        """Say whether a directory exists, or what stands in its place."""
        if path not in self._parents:
            try:
                status = _status(f"{self._root}/{path}")
            except FileNotFoundError:
                self._parents[path] = False
            else:
                kind = _kind(status.st_mode)
                if kind == "directory" and status.st_dev != self._device:
                    kind = "mount point"
                self._parents[path] = kind == "directory" or Obstacle(path, kind)
        return self._parents[path]


def _status(path: str) -> os.stat_result:
    return os.lstat(path)


def _kind(mode: int) -> Kind:
    if stat.S_ISREG(mode):
        return "file"
    if stat.S_ISDIR(mode):
        return "directory"
    return "symbolic link" if stat.S_ISLNK(mode) else "special file"


def _read_all(descriptor: int, size: int) -> bytes:
    """Read to the end; one call where the size is as announced."""
    chunks = [os.read(descriptor, size + 1)]
    while chunks[-1]:
        chunks.append(os.read(descriptor, 65536))
    return b"".join(chunks)
