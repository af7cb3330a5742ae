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

    from pyfleet.parts.monitoring.model import Monitoring
    from pyfleet.resolved import Resolved

PLACE = ("platform", "monitoring")
NODE_EXPORTER = 9100
"""Port of the node exporter, which both charts bring."""


def _offers(resolved: Resolved) -> Offers:
    monitoring = MONITORING.of(resolved.fleet)
    if monitoring is None:
        return Offers()
    stack = "prometheus" if monitoring.prometheus else "victoriaMetrics"
    return Offers(
        metrics="prometheus" if monitoring.prometheus else "victoria-metrics",
        metrics_namespace=resolved.chart_of(monitoring.stack.CHART).namespace,
        storage_classes=(((*PLACE, stack, "storage", "class"), monitoring.stack.storage.storage_class),),
        host_network=_node_exporter(resolved, monitoring),
    )


def _node_exporter(resolved: Resolved, monitoring: Monitoring) -> dict[int, str]:
    """Find the port that the node exporter takes on every host, unless the chart's values leave it out."""
    values = merged(resolved.chart_of(monitoring.stack.CHART).values, monitoring.stack.values)
    exporter = merged(_mapping(values, "nodeExporter"), _mapping(values, "prometheus-node-exporter"))
    if exporter.get("enabled") is False or exporter.get("hostNetwork") is False:
        return {}
    port = _mapping(exporter, "service").get("port", NODE_EXPORTER)
    return {port: "the node exporter"} if isinstance(port, int) else {}


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
