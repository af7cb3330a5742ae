"""PriorityClasses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.rendering.kubernetes.app import App, metadata

if TYPE_CHECKING:
    from pyfleet.planning.types.whole import Plan


def priorities(plan: Plan) -> App | None:
    """Render priority classes, the highest first."""
    made = tuple(
        {
            "apiVersion": "scheduling.k8s.io/v1",
            "kind": "PriorityClass",
            "metadata": metadata(priority.name),
            "value": priority.value,
            "globalDefault": priority.default,
            "description": priority.description,
        }
        for priority in plan.priorities
    )
    return App("platform/priorities", made) if made else None
