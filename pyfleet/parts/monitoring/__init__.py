"""The stack that scrapes, keeps and evaluates metrics: kube-prometheus-stack or VictoriaMetrics, with Grafana."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyfleet.checks.registry import checks_of
from pyfleet.offers.charts import NeededChart
from pyfleet.offers.names import Endpoint
from pyfleet.offers.offers import Offers
from pyfleet.offers.part import Part
from pyfleet.offers.secrets import WantedSecret, wanted_key
from pyfleet.parts.monitoring import checks
from pyfleet.parts.monitoring.model import MONITORING
from pyfleet.parts.monitoring.scrapes import entry_objects
from pyfleet.parts.monitoring.stacks import GRAFANA, GRAFANA_PORT, prometheus_values, victoria_metrics_values
from pyfleet.resolved.charts import merged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.resolved import Resolved

PLACE = ("platform", "monitoring")
NODE_EXPORTER = 9100
"""Port of the node exporter, which both stacks bring."""
NODE_EXPORTER_CHART = "prometheus-node-exporter"
WITH_NODE_EXPORTER = frozenset({"kube-prometheus-stack", "prometheus", "victoria-metrics-k8s-stack"})
"""Charts that it is a part of."""


def _offers(resolved: Resolved) -> Offers:
    monitoring = MONITORING.of(resolved.fleet)
    if monitoring is None:
        return Offers(host_network=_node_exporters(resolved))
    stack = "prometheus" if monitoring.prometheus else "victoriaMetrics"
    return Offers(
        metrics="prometheus" if monitoring.prometheus else "victoria-metrics",
        metrics_namespace=resolved.chart_of(monitoring.stack.CHART).namespace,
        storage_classes=(((*PLACE, stack, "storage", "class"), monitoring.stack.storage.storage_class),),
        host_network=_node_exporters(resolved),
    )


def _node_exporters(resolved: Resolved) -> dict[int, str]:
    """Find the ports that node exporters take on every host: the platform's, and those of charts by hand."""
    monitoring, charts = MONITORING.of(resolved.fleet), resolved.fleet.charts
    by_hand = {name: (chart.chart.rpartition("/")[2], chart.values) for name, chart in charts.items()}
    stacks = {name: values for name, (chart, values) in by_hand.items() if chart in WITH_NODE_EXPORTER}
    if monitoring:
        name = monitoring.stack.CHART
        stacks[name] = merged(resolved.chart_of(name).values, monitoring.stack.values)
    exporters = [values for chart, values in by_hand.values() if chart == NODE_EXPORTER_CHART]
    exporters += [
        merged(_mapping(values, "nodeExporter"), _mapping(values, NODE_EXPORTER_CHART)) for values in stacks.values()
    ]
    ports = (_mapping(each, "service").get("port", NODE_EXPORTER) for each in exporters if _is_on_hosts(each))
    return {port: "the node exporter" for port in ports if isinstance(port, int)}


def _is_on_hosts(values: dict[str, Any]) -> bool:
    return values.get("enabled") is not False and values.get("hostNetwork") is not False


def _mapping(values: dict[str, Any], key: str) -> dict[str, Any]:
    found = values.get(key)
    return found if isinstance(found, dict) else {}


def _charts(resolved: Resolved) -> Iterator[NeededChart]:
    monitoring = MONITORING.of(resolved.fleet)
    if monitoring:
        values = prometheus_values if monitoring.prometheus else victoria_metrics_values
        yield NeededChart(monitoring.stack.CHART, values(resolved, monitoring), monitoring.stack)


def _endpoints(resolved: Resolved) -> Iterator[Endpoint]:
    monitoring = MONITORING.of(resolved.fleet)
    if monitoring:
        exposed = monitoring.grafana.expose
        yield Endpoint(
            name="grafana",
            kind="platform",
            place=(*PLACE, "grafana", "expose"),
            exposed=exposed,
            namespace=resolved.chart_of(monitoring.stack.CHART).namespace,
            service=GRAFANA,
            # Its Service has one port; with an address of its own, the port of that.
            ports={"": exposed.load_balancer.port if exposed.load_balancer else GRAFANA_PORT},
            title="Grafana",
        )


def _secrets(resolved: Resolved) -> Iterator[WantedSecret]:
    monitoring = MONITORING.of(resolved.fleet)
    if monitoring is None:
        return
    namespace = resolved.offers.metrics_namespace
    if monitoring.grafana.admin:
        keys = ("admin-password", "admin-user")
        yield WantedSecret(namespace, monitoring.grafana.admin, keys, (*PLACE, "grafana", "admin"))
    notify = monitoring.notify
    for kind, source in (("discord", notify.discord), ("slack", notify.slack), ("webhook", notify.webhook)):
        if source:
            yield wanted_key(namespace, source, (*PLACE, "notify", kind))


part = Part(
    name="monitoring",
    catalog=Path(__file__).with_name("charts.yaml"),
    settings=(MONITORING,),
    checks=checks_of(checks),
    offers=_offers,
    charts=_charts,
    endpoints=_endpoints,
    secrets=_secrets,
    entry_objects=entry_objects,
)
