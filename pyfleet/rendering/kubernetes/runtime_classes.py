"""RuntimeClasses: the containerd handler that gives a pod its GPUs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.rendering.kubernetes.app import App, metadata

if TYPE_CHECKING:
    from pyfleet.planning.types.whole import Plan


def runtime_classes(plan: Plan) -> App | None:
    """Render a RuntimeClass for each handler for which k3s makes none."""
    made = tuple(
        {
            "apiVersion": "node.k8s.io/v1",
            "kind": "RuntimeClass",
            "metadata": metadata(name),
            "handler": name,
        }
        for name in plan.runtime_classes
    )
    return App("platform/runtime-classes", made) if made else None
