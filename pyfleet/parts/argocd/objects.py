"""Objects of Argo CD, both for what it pulls and for the bootstrap."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyfleet.parts.argocd.waves import PROJECT_WAVE
from pyfleet.rendering.kubernetes.app import Object, metadata, without_empty

if TYPE_CHECKING:
    from pyfleet.parts.argocd.pulled import Pulled

API = "argoproj.io/v1alpha1"
CLUSTER = "https://kubernetes.default.svc"
WAVE = "argocd.argoproj.io/sync-wave"
CASCADE = "resources-finalizer.argocd.argoproj.io/foreground"
"""It deletes what an Application made together with it; else a workload that left the fleet would keep its card. The
API server warns of a finalizer without a path."""
OF_PROJECT = "resources-finalizer.argocd.argoproj.io"
"""A project's finalizer: Argo CD looks for this name alone, and would never remove one with a path."""


def project(
    pulled: Pulled,
    name: str,
    description: str,
    *,
    sources: list[str],
    namespaces: list[str],
    cluster_kinds: list[tuple[str, str]],
    kinds: list[tuple[str, str]] | None = None,
    wave: int | None = PROJECT_WAVE,
) -> Object:
    """Render a project: the sources of its Applications, and what they may touch."""
    meta = metadata(name, pulled.namespace, annotations=_wave(wave))
    # It stays until it has no Application left: without their project they could not be deleted.
    meta["finalizers"] = [OF_PROJECT]
    return {
        "apiVersion": API,
        "kind": "AppProject",
        "metadata": meta,
        "spec": {
            "description": description,
            "sourceRepos": sources,
            "destinations": [{"server": CLUSTER, "namespace": namespace} for namespace in namespaces],
            **without_empty(
                clusterResourceWhitelist=[{"group": group, "kind": kind} for group, kind in cluster_kinds],
                namespaceResourceWhitelist=[{"group": group, "kind": kind} for group, kind in kinds or []],
            ),
        },
    }


def application(
    pulled: Pulled,
    name: str,
    *,
    project: str,
    source: Object,
    namespace: str,
    wave: int | None,
    deletes: bool = True,
    ignored: list[Object] | None = None,
    options: tuple[str, ...] = ("SkipDryRunOnMissingResource=true",),
) -> Object:
    """Render an Application.

    `wave` is its turn, None for the root. `deletes`: whether deleting it deletes what it made.
    """
    meta = metadata(name, pulled.namespace, annotations=_wave(wave))
    if deletes:
        meta["finalizers"] = [CASCADE]
    return {
        "apiVersion": API,
        "kind": "Application",
        "metadata": meta,
        "spec": {
            "project": project,
            "source": source,
            "destination": {"server": CLUSTER, "namespace": namespace},
            **without_empty(ignoreDifferences=ignored or []),
            "syncPolicy": {
                "automated": {
                    "prune": pulled.spec.prune,
                    "selfHeal": pulled.spec.self_heal,
                },
                # CRDs of some charts are too long for the annotation that client-side apply needs.
                "syncOptions": ["ServerSideApply=true", *options],
                "retry": _retry(),
            },
        },
    }


def git_source(pulled: Pulled, folder: str) -> Object:
    """Render a folder of the repository."""
    return {"repoURL": pulled.spec.repo, "targetRevision": pulled.spec.revision, "path": f"{pulled.spec.path}/{folder}"}


def _wave(wave: int | None) -> dict[str, str]:
    return {} if wave is None else {WAVE: str(wave)}


def _retry() -> dict[str, Any]:
    # Without end, and each time with the newest revision: a later push often mends a sync that fails.
    return {"limit": -1, "refresh": True, "backoff": {"duration": "10s", "factor": 2, "maxDuration": "5m"}}
