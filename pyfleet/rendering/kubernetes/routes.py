"""Names that Services are reached by: an IngressRoute, and the Certificate of its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyfleet.planning.types import Plan
    from pyfleet.rendering.kubernetes.app import Object


def route_objects(plan: Plan, kind: str, name: str | None = None) -> list[Object]:
    """Render the names of one entry of the fleet file, or of all of one kind."""
    return []
