"""GitOps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyfleet.planning.types.platform import ChartPlan
    from pyfleet.planning.types.secrets import ExternalSecretPlan


@dataclass(frozen=True, slots=True)
class GitOpsPlan:
    """Argo CD: what it pulls, from where, and what the cluster is started with."""

    namespace: str
    repo: str
    path: str
    """Folder of the rendered files in the repository."""
    revision: str
    prune: bool
    self_heal: bool
    charts: tuple[ChartPlan, ...]
    """Those that Argo CD installs."""
    chart_namespaces: tuple[str, ...]
    """Every namespace that these may put anything into."""
    started_charts: tuple[ChartPlan, ...]
    """Those that have to be there before Argo CD can pull anything: k3s' Helm controller installs them."""
    started_namespaces: tuple[str, ...]
    started_secret: ExternalSecretPlan | None
    """What opens the repository, if External Secrets Operator fetches it."""
