"""Helm charts, as objects that k3s' Helm controller installs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.rendering.kubernetes.app import App, Object, metadata, without_empty
from pyfleet.rendering.yaml import dump

if TYPE_CHECKING:
    from pyfleet.planning.types.platform import ChartPlan
    from pyfleet.planning.types.whole import Plan

OCI = "oci://"


def charts(plan: Plan) -> App | None:
    """Render a HelmChart for each chart; with GitOps each is an Application instead."""
    made = () if plan.gitops else tuple(helm_chart(chart) for chart in plan.charts)
    return App("platform/charts", made) if made else None


def helm_chart(chart: ChartPlan) -> Object:
    """Render a chart for k3s' Helm controller."""
    return {
        "apiVersion": "helm.cattle.io/v1",
        "kind": "HelmChart",
        "metadata": metadata(chart.name, "kube-system"),
        "spec": {
            **_source(chart),
            "version": chart.version,
            "targetNamespace": chart.namespace,
            "createNamespace": True,
            # The default is to uninstall and install again, which takes a chart's data along.
            "failurePolicy": "abort",
            **_credentials(chart),
            **without_empty(valuesContent=dump(chart.values) if chart.values else None),
        },
    }


def _source(chart: ChartPlan) -> Object:
    """Say where it is: of a registry the whole address, for Helm has no `--repo` of one."""
    if chart.repo and chart.repo.startswith(OCI):
        return {"chart": f"{chart.repo.rstrip('/')}/{chart.chart}"}
    return {**without_empty(repo=chart.repo), "chart": chart.chart}


def _credentials(chart: ChartPlan) -> Object:
    if chart.credentials is None:
        return {}
    is_oci = OCI in (chart.repo or chart.chart)
    return {"dockerRegistrySecret" if is_oci else "authSecret": {"name": chart.credentials}}
