"""What a render does to a directory, as data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Changes:
    """Relative paths of the files that a render creates, updates, removes or leaves as they are, each sorted.

    The ownership record is named only when it is all that differs: it follows from the other files.
    """

    created: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return bool(self.created or self.updated or self.removed)
