"""Which host and cards each GPU workload gets."""

from __future__ import annotations

from pyfleet.placement.place import place
from pyfleet.placement.types import Assignment, CardUse, Placement, Turn, Unplaced

__all__ = ["Assignment", "CardUse", "Placement", "Turn", "Unplaced", "place"]
