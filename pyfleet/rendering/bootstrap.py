"""What the first server applies by itself, so that an empty machine ends in a cluster that pulls the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyfleet.planning.types import Plan


def render_bootstrap(plan: Plan) -> dict[str, str]:
    """Render `bootstrap/`, where the fleet asks for it."""
    return {}
