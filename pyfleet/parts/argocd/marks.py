"""What Argo CD must not delete by itself."""

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
    """Annotate what holds data.

    Deleting a namespace deletes every volume in it, and deleting a claim deletes its data. A name that changed in the
    fleet file must not do that; the old object is deleted by hand.
    """
    if GITOPS.of(plan.resolved.fleet) is None:
        return None

    def mark(body: Object) -> Object:
        return {"annotations": KEPT} if body["kind"] in HOLDS_DATA else {}

    return mark
