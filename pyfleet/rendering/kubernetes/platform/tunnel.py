"""cloudflared: the end of the tunnel that is inside."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyfleet.planning.types import Plan
    from pyfleet.rendering.kubernetes.app import App


def tunnel(plan: Plan) -> App | None:
    """Render it, where the fleet asks for it."""
    return None
