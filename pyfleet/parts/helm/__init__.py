"""k3s' Helm controller: installs the charts, unless the cluster pulls them from Git."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.offers.part import Part
from pyfleet.offers.secrets import (
    BASIC_AUTH,
    DOCKER_CONFIG,
    DOCKER_KEY,
    USER_AND_PASSWORD,
    WantedSecret,
)
from pyfleet.rendering.kubernetes.app import App
from pyfleet.rendering.kubernetes.charts import helm_chart
from pyfleet.resolved.charts import is_oci

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.model.charts import Chart
    from pyfleet.planning.types.whole import Plan
    from pyfleet.resolved import Resolved

NAMESPACE = "kube-system"
FOLDER = "platform/charts"


def _apps(plan: Plan) -> Iterator[App]:
    resolved = plan.resolved
    if resolved.charts and not resolved.offers.gitops:
        yield App(FOLDER, tuple(helm_chart(chart) for chart in resolved.charts))


def _chart_secret(resolved: Resolved, name: str, chart: Chart, secret: str) -> WantedSecret | None:
    """Return the Secret that a HelmChart reads: `authSecret`, or `dockerRegistrySecret` for a registry."""
    if resolved.offers.gitops:
        return None
    place = ("charts", name, "credentials")
    if is_oci(chart):
        return WantedSecret(NAMESPACE, secret, (DOCKER_KEY,), place, type=DOCKER_CONFIG)
    return WantedSecret(NAMESPACE, secret, USER_AND_PASSWORD, place, type=BASIC_AUTH)


part = Part(name="helm", apps=_apps, chart_secret=_chart_secret)
