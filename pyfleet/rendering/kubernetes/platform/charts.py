"""Helm charts, as objects that k3s' Helm controller installs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.rendering.kubernetes.app import App, Object, metadata, without_empty
from pyfleet.rendering.yaml import dump

if TYPE_CHECKING:
    from pyfleet.planning.types import ChartPlan, Plan


def charts(plan: Plan) -> App | None:
    """Render a HelmChart for each chart."""
    made = tuple(_helm_chart(chart) for chart in plan.charts)
    return App("platform/charts", made) if made else None


def _helm_chart(chart: ChartPlan) -> Object:
    return {
        "apiVersion": "helm.cattle.io/v1",
        "kind": "HelmChart",
        "metadata": metadata(chart.name, "kube-system"),
        "spec": {
            **without_empty(repo=chart.repo),
            "chart": chart.chart,
            "version": chart.version,
            "targetNamespace": chart.namespace,
            "createNamespace": True,
            # The default is to uninstall and install again, which takes a chart's data along.
            "failurePolicy": "abort",
            **without_empty(valuesContent=dump(chart.values) if chart.values else None),
        },
    }
