"""One render at a time: an advisory lock on the output directory itself, which leaves no file behind."""

from __future__ import annotations

import errno
import fcntl
import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pyfleet.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_POLL = 0.05
# Some network file systems can't lock a directory; there, two renders at once are not kept apart.
_UNSUPPORTED = frozenset({errno.EBADF, errno.EINVAL, errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP})


@contextmanager
def locked(directory: Path, wait: float) -> Iterator[None]:
    """Hold the directory's lock. The kernel drops it with the process, so a dead render never blocks.

    Args:
        directory: An existing directory.
        wait: Seconds to wait for another render.

    Raises:
        OutputError: Another render still holds the lock.
    """
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        _acquire(descriptor, directory, wait)
        yield
    finally:
        os.close(descriptor)


def _acquire(descriptor: int, directory: Path, wait: float) -> None:
    deadline = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise OutputError(
                    f"{directory}: another render is writing here (waited {wait:g} s); let it end, then render again",
                ) from None
            time.sleep(_POLL)
        except OSError as error:
            if error.errno not in _UNSUPPORTED:
                raise
            return
        else:
            return
