"""All access to the disk; nothing follows a symbolic link."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pyfleet.errors import OutputError
from pyfleet.writing.owned import TEMPORARY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def look(root: Path, folders: Iterable[str]) -> dict[str, str]:
    """Return what kind of thing stands under each name in a directory and in these folders of it."""
    found: dict[str, str] = {}
    if not root.exists():
        return found
    for folder in ["", *sorted(folders)]:  # a folder comes after the one that it lies in
        if folder and found.get(folder) != "directory":
            continue
        prefix = folder and f"{folder}/"
        with os.scandir(f"{root}/{prefix}") as entries:
            found.update((f"{prefix}{entry.name}", _kind(entry)) for entry in entries)
    return found


def _kind(entry: os.DirEntry[str]) -> str:
    if entry.is_file(follow_symlinks=False):
        return "file"
    if entry.is_dir(follow_symlinks=False):
        return "directory"
    return "symbolic link" if entry.is_symlink() else "special file"


def read(path: str, expected_size: int = 0) -> bytes:
    """Read a file; faster where it has the expected size."""
    step = max(expected_size + 1, 4096)
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        content = os.read(descriptor, step)
        while more := os.read(descriptor, step):
            content += more
    finally:
        os.close(descriptor)
    return content


def create(path: str, content: bytes) -> None:
    """Write a file that must not exist yet, not even as a dangling link. Its mode follows the umask."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    try:
        while content:
            content = content[os.write(descriptor, content) :]
    finally:
        os.close(descriptor)


def replace(path: str, content: bytes) -> None:
    """Replace the content of a file atomically."""
    temporary = Path(path).with_name(TEMPORARY)
    temporary.unlink(missing_ok=True)  # of a render that was killed
    create(f"{temporary}", content)
    temporary.replace(path)


@contextmanager
def locked(directory: Path) -> Iterator[None]:
    """Keep other renders out. The kernel drops the lock with the process, so that a dead render never blocks."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise OutputError(f"{directory}: another render is writing here; let it end, then render again") from None
        except OSError:  # NFS can't lock a directory; two renders at once are not kept apart there
            pass
        yield
    finally:
        os.close(descriptor)


@contextmanager
def explained(directory: Path) -> Iterator[None]:
    """Turn what the system refuses into an error for people."""
    try:
        yield
    except OSError as error:
        where = error.filename or directory
        raise OutputError(f"{where}: {error.strerror}; mend that, then render again") from error
