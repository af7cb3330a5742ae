"""What Argo CD pulls: the root Application, its project, an Application for each folder and chart."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyfleet.planning.types import Plan


def render_argocd(plan: Plan) -> dict[str, str]:
    """Render `argocd/`, where the fleet asks for it."""
    return {}
