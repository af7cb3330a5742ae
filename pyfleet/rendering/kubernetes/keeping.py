"""What Argo CD never deletes by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyfleet.planning.types.whole import Plan

_KEPT = {"argocd.argoproj.io/sync-options": "Prune=false,Delete=false"}


def kept(plan: Plan) -> dict[str, str]:
    """Annotate what holds data: with a namespace goes every volume in it, with a claim its data.

    A name that changed in the fleet file must not cost them; whoever means it deletes the old one by hand.
    """
    return dict(_KEPT) if plan.gitops else {}
