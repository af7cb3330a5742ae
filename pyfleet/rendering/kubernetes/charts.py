"""Helm charts, as objects that k3s' Helm controller installs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.rendering.kubernetes.app import Object, metadata, without_empty
from pyfleet.rendering.yaml import dump
from pyfleet.resolved.charts import OCI, is_oci

if TYPE_CHECKING:
    from pyfleet.model.charts import Chart
    from pyfleet.resolved.charts import InstalledChart


def helm_chart(chart: InstalledChart) -> Object:
    """Render a chart for k3s' Helm controller."""
    return {
        "apiVersion": "helm.cattle.io/v1",
        "kind": "HelmChart",
        "metadata": metadata(chart.name, "kube-system"),
        "spec": {
            **_source(chart.spec),
            "version": chart.version,
            "targetNamespace": chart.spec.namespace,
            "createNamespace": True,
            # The default is to uninstall and install again, which deletes a chart's data.
            "failurePolicy": "abort",
            **_credentials(chart.spec),
            **without_empty(valuesContent=dump(chart.values) if chart.values else None),
        },
    }


def _source(chart: Chart) -> Object:
    """Render where it is: for a registry the whole address, since `--repo` doesn't work with one."""
    if chart.repo and chart.repo.startswith(OCI):
        return {"chart": f"{chart.repo.rstrip('/')}/{chart.chart}"}
    return {**without_empty(repo=chart.repo), "chart": chart.chart}


def _credentials(chart: Chart) -> Object:
    if chart.credentials is None:
        return {}
    return {"dockerRegistrySecret" if is_oci(chart) else "authSecret": {"name": chart.credentials}}
