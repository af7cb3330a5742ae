"""Spell a plan out as files. Nothing is decided here."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyfleet.planning.types.whole import Plan

__all__ = ["render"]


def render(plan: Plan) -> dict[str, str]:
    """Render every file of a plan.

    Returns:
        Text by path relative to the output directory, with `/` between its parts.
    """
    from pyfleet.rendering.argocd import render_argocd  # noqa: PLC0415 - a renderer is loaded when it is used
    from pyfleet.rendering.bootstrap import render_bootstrap  # noqa: PLC0415
    from pyfleet.rendering.k3s import render_k3s  # noqa: PLC0415
    from pyfleet.rendering.kubernetes import all_apps, render_kubernetes  # noqa: PLC0415
    from pyfleet.rendering.nix import render_nix  # noqa: PLC0415
    from pyfleet.rendering.systemd import render_systemd  # noqa: PLC0415
    from pyfleet.rendering.terraform import render_terraform  # noqa: PLC0415

    apps = all_apps(plan)
    return {
        **render_nix(plan),
        **render_k3s(plan),
        **render_systemd(plan),
        **render_kubernetes(plan, apps),
        **render_argocd(plan, apps),
        **render_bootstrap(plan),
        **render_terraform(plan),
    }
