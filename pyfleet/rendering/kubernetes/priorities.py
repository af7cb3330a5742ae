"""PriorityClasses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.rendering.kubernetes.app import App, metadata, without_empty

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
            **without_empty(globalDefault=priority.default or None, description=priority.description),
        }
        for priority in plan.priorities
    )
    return App("platform/priorities", made) if made else None
