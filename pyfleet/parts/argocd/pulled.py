"""What Argo CD pulls, and what has to be in the cluster before it can."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyfleet.parts.argocd.charts import CHART
from pyfleet.parts.argocd.model import GITOPS

if TYPE_CHECKING:
    from pyfleet.offers.secrets import SecretSource
    from pyfleet.parts.argocd.model import ArgoCd
    from pyfleet.planning.types.whole import Plan
    from pyfleet.resolved.charts import InstalledChart

KUBE_SYSTEM = "kube-system"


@dataclass(frozen=True, slots=True)
class Pulled:
    """Argo CD: what it pulls, and what has to be there first."""

    spec: ArgoCd
    namespace: str
    """Argo CD's."""
    charts: tuple[InstalledChart, ...]
    """Charts that Argo CD installs."""
    started: tuple[InstalledChart, ...]
    """Charts that Argo CD needs before it can pull anything: k3s' Helm controller installs them."""
    key: SecretSource | None
    """What makes the Secret with the repository's credentials, where a part such as External Secrets makes it."""

    @property
    def chart_namespaces(self) -> list[str]:
        """Every namespace that the charts may put anything into."""
        if not self.charts:
            return []
        # Charts put roles and Services there: cert-manager for its lease, KEDA for its metrics.
        common = {KUBE_SYSTEM, *self.spec.chart_namespaces}
        return sorted({chart.spec.namespace for chart in self.charts} | common)

    @property
    def started_namespaces(self) -> list[str]:
        """Namespaces that have to be there first."""
        return sorted({self.namespace, self.key.namespace} if self.key else {self.namespace})


def pulled_of(plan: Plan) -> Pulled | None:
    """Decide what is pulled; None where the fleet has no GitOps."""
    gitops = GITOPS.of(plan.resolved.fleet)
    if gitops is None:
        return None
    namespace = plan.resolved.chart_of(CHART).namespace
    wanted = gitops.argocd.credentials
    sources = (part.secret_source(plan, namespace, wanted) for part in plan.resolved.parts if wanted)
    key = next((source for source in sources if source), None)
    first = {CHART, key.chart} if key else {CHART}
    return Pulled(
        spec=gitops.argocd,
        namespace=namespace,
        charts=tuple(chart for chart in plan.resolved.charts if chart.name not in first),
        started=tuple(chart for chart in plan.resolved.charts if chart.name in first),
        key=key,
    )
