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

    With a namespace goes every volume in it, with a claim its data. A name that changed in the fleet file must not cost
    them; whoever means it deletes the old one by hand. Of what is started by hand Argo CD leaves the number of copies
    alone; something beside that has to change, else one that is switched off would run on.
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
