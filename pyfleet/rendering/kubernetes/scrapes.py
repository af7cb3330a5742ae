"""Scrapes: a ServiceMonitor, or a VMServiceScrape, which has the same under other names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.rendering.kubernetes.app import Object

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyfleet.offers.offers import Stack

INTERVAL = "30s"


def service_scrape(stack: Stack, meta: Object, selector: Mapping[str, str], endpoint: Object) -> Object:
    """Render a scrape of the Services with these labels; by default only those in its own namespace."""
    spec = {"selector": {"matchLabels": dict(selector)}, "endpoints": [{"interval": INTERVAL, **endpoint}]}
    if stack == "prometheus":
        return {"apiVersion": "monitoring.coreos.com/v1", "kind": "ServiceMonitor", "metadata": meta, "spec": spec}
    api = "operator.victoriametrics.com/v1beta1"
    return {"apiVersion": api, "kind": "VMServiceScrape", "metadata": meta, "spec": spec}


def node_relabeling(stack: Stack) -> Object:
    """Render the relabeling that adds the name of the host to metrics, as `node`."""
    source = "__meta_kubernetes_pod_node_name"
    if stack == "prometheus":
        return {"relabelings": [{"sourceLabels": [source], "targetLabel": "node"}]}
    return {"relabelConfigs": [{"sourceLabels": [source], "targetLabel": "node"}]}
