"""GitOps."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GitOpsPlan:
    """Argo CD: what it pulls, from where, in what order."""

    namespace: str
    project: str
    repo: str
    path: str
    """Folder of the rendered files in the repository."""
    revision: str
    credentials: str | None
    prune: bool
    self_heal: bool
    sources: tuple[str, ...]
    """Every repository that anything comes from."""
    namespaces: tuple[str, ...]
    """Every namespace that anything goes to."""
