"""Which fleet a cluster runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.rendering.kubernetes.app import App, metadata

if TYPE_CHECKING:
    from pyfleet.planning.types.whole import Plan

NAME, NAMESPACE = "fleet", "kube-public"


def identity(plan: Plan) -> App:
    """Render a ConfigMap that tells clusters apart: whoever has several asks it before an apply.

    Every fleet has it, also one that runs nothing yet: kubectl refuses a tree without objects.
    """
    cluster = plan.resolved.fleet.cluster
    body = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": metadata(NAME, NAMESPACE),
        "data": {"cluster": cluster.name, "domain": cluster.domain},
    }
    return App("platform/fleet", (body,))
