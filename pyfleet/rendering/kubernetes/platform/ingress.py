"""What the packaged Traefik is told, and the names of charts and of the platform's dashboards."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyfleet.planning.types import Plan
    from pyfleet.rendering.kubernetes.app import App


def ingress(plan: Plan) -> App | None:
    """Render it, where the fleet asks for it."""
    return None
