"""Helm charts that parts need."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyfleet.model.charts import PlatformChart


@dataclass(frozen=True, slots=True)
class NeededChart:
    """A chart that a part needs, and the values derived from the fleet."""

    name: str
    """Its entry in the part's catalog."""
    values: dict[str, Any] = field(default_factory=dict)
    settings: PlatformChart | None = None
    """Version and values that the fleet file sets; its values go over the derived ones."""
