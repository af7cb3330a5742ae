"""The issuer of certificates, and a CA of the cluster's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyfleet.planning.types import Plan
    from pyfleet.rendering.kubernetes.app import App


def certificates(plan: Plan) -> App | None:
    """Render it, where the fleet asks for it."""
    return None
