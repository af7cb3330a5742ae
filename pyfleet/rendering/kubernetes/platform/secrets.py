"""The store of secrets, and what is fetched from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyfleet.planning.types import Plan
    from pyfleet.rendering.kubernetes.app import App


def secrets(plan: Plan) -> App | None:
    """Render it, where the fleet asks for it."""
    return None
