"""Labels and annotations of Services that the fleet's own tools look for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.rendering.kubernetes.app import without_empty
from pyfleet.rendering.yaml import dump

if TYPE_CHECKING:
    from pyfleet.planning.types.services import DiscoveryPlan


def discovery_labels(plan: DiscoveryPlan | None) -> dict[str, str]:
    """Render the few fields that are useful in selectors; `managed` marks a Service that announces something."""
    if plan is None:
        return {}
    return _keys(plan, managed="true", type=plan.type, engine=plan.engine)


def discovery_annotations(plan: DiscoveryPlan | None) -> dict[str, str]:
    """Render the fields that don't fit into labels; the models as the text of a YAML list."""
    if plan is None:
        return {}
    models = dump([{"id": model} for model in plan.models]) if plan.models else None
    return _keys(plan, **{"models": models, "base-path": plan.base_path, "api-key-secret": plan.api_key_secret})


def _keys(plan: DiscoveryPlan, **values: str | None) -> dict[str, str]:
    return {f"{plan.prefix}/{name}": value for name, value in without_empty(**values).items()}
