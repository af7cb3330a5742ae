"""Which host and cards each GPU workload gets, and whether all others have room."""

from __future__ import annotations

from pyfleet.placement.place import place
from pyfleet.placement.types import Assignment, CardUse, Crowded, HostUse, Placement, Turn, Unplaced

__all__ = ["Assignment", "CardUse", "Crowded", "HostUse", "Placement", "Turn", "Unplaced", "place"]
