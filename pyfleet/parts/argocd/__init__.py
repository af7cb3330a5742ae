"""Argo CD: the cluster pulls what it runs from the repository that holds the fleet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pyfleet.checks.registry import checks_of
from pyfleet.offers.names import Endpoint
from pyfleet.offers.offers import Offers
from pyfleet.offers.part import Part
from pyfleet.offers.secrets import USER_AND_PASSWORD, WantedSecret
from pyfleet.parts.argocd import checks
from pyfleet.parts.argocd.applications import argocd_files
from pyfleet.parts.argocd.bootstrap import bootstrap
from pyfleet.parts.argocd.charts import CHART, charts
from pyfleet.parts.argocd.marks import marks
from pyfleet.parts.argocd.model import GITOPS
from pyfleet.resolved.charts import OCI, is_oci

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.model.charts import Chart
    from pyfleet.resolved import Resolved

PLACE = ("platform", "gitops", "argocd")
PORT = 80
REPOSITORY = {"argocd.argoproj.io/secret-type": "repository"}
"""Argo CD takes a Secret with this label for a repository and its credentials."""


def _offers(resolved: Resolved) -> Offers:
    return Offers(gitops=GITOPS.of(resolved.fleet) is not None)


def _endpoints(resolved: Resolved) -> Iterator[Endpoint]:
    gitops = GITOPS.of(resolved.fleet)
    if gitops:
        exposed = gitops.argocd.expose
        yield Endpoint(
            name="argocd",
            kind="platform",
            place=(*PLACE, "expose"),
            exposed=exposed,
            namespace=resolved.chart_of(CHART).namespace,
            service="argocd-server",
            # Its Service has one port; with an address of its own, the port of that.
            ports={"": exposed.load_balancer.port if exposed.load_balancer else PORT},
            title="Argo CD",
        )


def _secrets(resolved: Resolved) -> Iterator[WantedSecret]:
    gitops = GITOPS.of(resolved.fleet)
    if gitops and gitops.argocd.credentials:
        repo = gitops.argocd.repo
        yield WantedSecret(
            resolved.chart_of(CHART).namespace,
            gitops.argocd.credentials,
            tuple(sorted(USER_AND_PASSWORD)) if repo.startswith("https://") else ("sshPrivateKey",),
            (*PLACE, "credentials"),
            labels=REPOSITORY,
            literals={"type": "git", "url": repo},
        )


def _chart_secret(resolved: Resolved, name: str, chart: Chart, secret: str) -> WantedSecret | None:
    """Return it as a repository Secret; an OCI registry is written without its scheme, and without the chart."""
    if GITOPS.of(resolved.fleet) is None:
        return None
    url = (chart.repo or chart.chart.rpartition("/")[0]).removeprefix(OCI)
    literals = {"name": secret, "type": "helm", "url": url, **({"enableOCI": "true"} if is_oci(chart) else {})}
    namespace, place = resolved.chart_of(CHART).namespace, ("charts", name, "credentials")
    return WantedSecret(namespace, secret, USER_AND_PASSWORD, place, labels=REPOSITORY, literals=literals)


part = Part(
    name="argocd",
    catalog=Path(__file__).with_name("charts.yaml"),
    settings=(GITOPS,),
    checks=checks_of(checks),
    offers=_offers,
    charts=charts,
    endpoints=_endpoints,
    secrets=_secrets,
    chart_secret=_chart_secret,
    marks=marks,
    bootstrap=bootstrap,
    files=argocd_files,
)
