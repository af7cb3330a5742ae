"""What Argo CD must not delete by itself, and what it leaves to people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.parts.argocd.model import GITOPS

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyfleet.planning.types.whole import Plan
    from pyfleet.rendering.kubernetes.app import Object

HOLDS_DATA = frozenset({"Namespace", "PersistentVolume", "PersistentVolumeClaim"})
KEPT = {"argocd.argoproj.io/sync-options": "Prune=false,Delete=false"}


def marks(plan: Plan) -> Callable[[Object], Object] | None:
    """Annotate what holds data, and what is started by hand.

    Deleting a namespace deletes every volume in it, and deleting a claim deletes its data. A name that changed in the
    fleet file must not do that; the old object is deleted by hand. Argo CD ignores the replicas of what is started by
    hand; something else has to change in the object too, else one that is switched off would keep running.
    """
    if GITOPS.of(plan.resolved.fleet) is None:
        return None
    started = {f"{plan.resolved.fleet.cluster.domain}/started": "by-hand"}
    by_hand = {(w.spec.kind, w.spec.namespace, w.name) for w in plan.workloads if w.replicas == 0}

    def mark(body: Object) -> Object:
        if body["kind"] in HOLDS_DATA:
            return {"annotations": KEPT}
        meta = body["metadata"]
        identity = (body["kind"], meta.get("namespace"), meta["name"])
        return {"annotations": started} if identity in by_hand else {}

    return mark
