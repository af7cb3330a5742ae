"""Namespaces, and their quotas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.rendering.kubernetes.app import App, Object, metadata
from pyfleet.rendering.kubernetes.keeping import kept

if TYPE_CHECKING:
    from pyfleet.planning.types.whole import Plan

ADMIN_ACCESS = "resource.kubernetes.io/admin-access"
"""Without it the API server refuses a claim with `adminAccess`."""


def namespaces(plan: Plan) -> App | None:
    """Render namespaces and quotas."""
    made = tuple(namespace(plan, name) for name in plan.namespaces)
    quotas = tuple(
        {
            "apiVersion": "v1",
            "kind": "ResourceQuota",
            "metadata": metadata("fleet", quota.namespace),
            "spec": {"hard": quota.hard},
        }
        for quota in plan.quotas
    )
    return App("platform/namespaces", made + quotas) if made or quotas else None


def _labels(name: str, plan: Plan) -> dict[str, str]:
    """Let the exporter of GPU figures claim cards that others use, where DRA gives them out."""
    watched = plan.monitoring
    claims = watched is not None and any(exporter.runtime_class is None for exporter in watched.dcgm)
    return {ADMIN_ACCESS: "true"} if watched and claims and name == watched.namespace else {}


def namespace(plan: Plan, name: str) -> Object:
    """Render one."""
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": metadata(name, labels=_labels(name, plan), annotations=kept(plan)),
    }
