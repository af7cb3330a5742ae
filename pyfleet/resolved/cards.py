"""One GPU of a host."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Card:
    """One GPU of a host."""

    host: str
    index: int
    product: str
    usable: int
    """Bytes."""
    slots: int
    """Pods it may serve."""
    runtime: str
    """RuntimeClass of its pods; empty where DRA gives it out."""
    mps: bool = False
    """Shared by MPS."""
    architecture: str = "amd64"
    """Architecture of its host, as images name it."""
    unified: bool = False
    """It has no memory of its own, but its host's."""

    @property
    def most(self) -> int:
        """Bytes that one pod may take: MPS gives each an equal part, and not more."""
        return self.usable // self.slots if self.mps else self.usable
