"""Scrapes: a ServiceMonitor or a VMServiceScrape, which says the same in other words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pyfleet.rendering.kubernetes.app import Object, metadata

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyfleet.planning.types.monitoring import ScrapePlan

INTERVAL = "30s"
Stack = Literal["prometheus", "victoria-metrics"]


def service_scrape(stack: Stack, meta: Object, selector: Mapping[str, str], endpoint: Object) -> Object:
    """Render a scrape of Services in its own namespace, chosen by labels; by default that is the only one."""
    spec = {"selector": {"matchLabels": dict(selector)}, "endpoints": [{"interval": INTERVAL, **endpoint}]}
    if stack == "prometheus":
        return {"apiVersion": "monitoring.coreos.com/v1", "kind": "ServiceMonitor", "metadata": meta, "spec": spec}
    api = "operator.victoriametrics.com/v1beta1"
    return {"apiVersion": api, "kind": "VMServiceScrape", "metadata": meta, "spec": spec}


def node_relabeling(stack: Stack) -> Object:
    """Render what gives figures the name of their host, as `node`, whatever the exporter calls it."""
    source = "__meta_kubernetes_pod_node_name"
    if stack == "prometheus":
        return {"relabelings": [{"sourceLabels": [source], "targetLabel": "node"}]}
    return {"relabelConfigs": [{"sourceLabels": [source], "targetLabel": "node"}]}


def scrape_object(stack: Stack, scrape: ScrapePlan) -> Object:
    """Render how a workload's figures are scraped."""
    endpoint: Object = {"port": scrape.port, "path": scrape.path}
    if scrape.key:
        secret, key = scrape.key
        endpoint["authorization"] = {"type": "Bearer", "credentials": {"name": secret, "key": key}}
    meta = metadata(scrape.name, scrape.namespace, labels=scrape.labels)
    return service_scrape(stack, meta, scrape.labels, endpoint)
