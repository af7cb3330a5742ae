"""The operations that change the file system; every change of the output directory is one of these."""

from __future__ import annotations

import errno
import os
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_MODE = 0o644  # less the umask


class Disk:
    """The file system. Tests hand in one that fails, or dies, at an operation of their choice."""

    def create(self, path: Path, content: bytes) -> None:
        """Write a file that must not exist yet."""
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, _MODE)
        try:
            rest = memoryview(content)
            while rest:
                rest = rest[os.write(descriptor, rest) :]
        finally:
            os.close(descriptor)

    def sync(self, path: Path) -> None:
        """Wait until a file, or the names in a directory, are on the medium."""
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        except OSError as error:
            if error.errno != errno.EINVAL:  # a file system that can't do this for directories
                raise
        finally:
            os.close(descriptor)

    def replace(self, source: Path, target: Path) -> None:
        """Give a file its final name, in place of what has it."""
        os.replace(source, target)  # noqa: PTH105 (the functions of `os` name both paths in their error)

    def remove(self, path: Path) -> None:
        """Remove a file."""
        os.unlink(path)  # noqa: PTH108

    def make_directory(self, path: Path) -> None:
        """Create a directory whose parent exists."""
        os.mkdir(path)  # noqa: PTH102

    def remove_if_empty(self, path: Path) -> None:
        """Remove a directory that is there and holds nothing."""
        with suppress(OSError):  # not there, not empty, or a file by now: all of that is fine
            os.rmdir(path)  # noqa: PTH106

    def clear(self, path: Path) -> None:
        """Remove whatever has this name, if anything has."""
        if path.is_symlink() or path.is_file():
            self.remove(path)
        elif path.is_dir():
            shutil.rmtree(path)
