"""Namespaces, and their quotas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.rendering.kubernetes.app import App, metadata, namespace, quantities

if TYPE_CHECKING:
    from pyfleet.planning.types.whole import Plan


def namespaces(plan: Plan) -> App | None:
    """Render namespaces and quotas."""
    made = tuple(map(namespace, plan.namespaces))
    quotas = tuple(
        {
            "apiVersion": "v1",
            "kind": "ResourceQuota",
            "metadata": metadata("fleet", quota.namespace),
            "spec": {"hard": quantities(quota.hard)},
        }
        for quota in plan.quotas
    )
    return App("platform/namespaces", made + quotas) if made or quotas else None
