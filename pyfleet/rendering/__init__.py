"""Write a plan out as files. Nothing about hosts and workloads is decided here."""

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
    from pyfleet.rendering.bootstrap import (  # noqa: PLC0415 - a renderer is loaded when it is used
        bootstrap_objects,
        render_bootstrap,
    )
    from pyfleet.rendering.k3s import render_k3s  # noqa: PLC0415
    from pyfleet.rendering.kubernetes import all_apps, render_kubernetes  # noqa: PLC0415
    from pyfleet.rendering.nix import render_nix  # noqa: PLC0415
    from pyfleet.rendering.systemd import render_systemd  # noqa: PLC0415

    apps, started = all_apps(plan), bootstrap_objects(plan)
    tree = {
        **render_nix(plan, list(started)),
        **render_k3s(plan, starts=bool(started)),
        **render_systemd(plan),
        **render_kubernetes(plan, apps),
    }
    for part in plan.resolved.parts:
        tree |= part.files(plan, apps)
    return tree | render_bootstrap(started)
