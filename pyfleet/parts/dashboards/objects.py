"""Grafana's dashboards, in ConfigMaps that the container beside Grafana picks up by their label."""

from __future__ import annotations

import json
from itertools import islice, product
from string import ascii_uppercase
from typing import TYPE_CHECKING

from pyfleet.parts.dashboards.decisions import dashboards
from pyfleet.rendering.kubernetes.app import MONITORING, App, Object, metadata

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.offers.dashboards import Dashboard, Panel
    from pyfleet.planning.types.whole import Plan

LABEL = {"grafana_dashboard": "1"}
SCHEMA = 41
WIDTH, HEIGHT, COLUMNS = 12, 8, 2
# The stack's default data source, whatever its name is.
SOURCE: Object = {"type": "prometheus", "uid": "${datasource}"}


def apps(plan: Plan) -> Iterator[App]:
    """Render the dashboards."""
    offers = plan.resolved.offers
    if offers.metrics:
        yield App(MONITORING, tuple(_config_map(each, offers.metrics_namespace) for each in dashboards(plan)))


def _config_map(dashboard: Dashboard, namespace: str) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": metadata(f"dashboard-{dashboard.name}", namespace, labels=LABEL),
        "data": {f"{dashboard.uid}.json": json.dumps(_dashboard(dashboard), indent=2, ensure_ascii=False) + "\n"},
    }


def _dashboard(dashboard: Dashboard) -> Object:
    return {
        "uid": dashboard.uid,
        "title": dashboard.title,
        "tags": ["fleet"],
        "schemaVersion": SCHEMA,
        "version": 1,
        "editable": False,
        "timezone": "browser",
        "time": {"from": "now-6h", "to": "now"},
        "refresh": "30s",
        "graphTooltip": 1,
        "links": [{"type": "dashboards", "title": "Fleet", "tags": ["fleet"], "asDropdown": True, "keepTime": True}],
        "templating": {
            "list": [{"type": "datasource", "name": "datasource", "label": "Source", "query": "prometheus"}],
        },
        "panels": [_panel(panel, number) for number, panel in enumerate(dashboard.panels)],
    }


def _panel(panel: Panel, number: int) -> Object:
    row, column = divmod(number, COLUMNS)
    return {
        "id": number + 1,
        "type": "timeseries",
        "title": panel.title,
        "datasource": SOURCE,
        "gridPos": {"x": column * WIDTH, "y": row * HEIGHT, "w": WIDTH, "h": HEIGHT},
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0}, "overrides": []},
        "options": {
            "legend": {"displayMode": "list", "placement": "bottom", "showLegend": True},
            "tooltip": {"mode": "multi", "sort": "desc"},
        },
        "targets": [
            {"refId": ref, "datasource": SOURCE, "expr": expression, "legendFormat": legend, "range": True}
            for ref, (expression, legend) in zip(_refs(len(panel.queries)), panel.queries, strict=True)
        ],
    }


def _refs(count: int) -> list[str]:
    """Name queries as Grafana does: A to Z, then AA."""
    names = ("".join(letters) for length in (1, 2) for letters in product(ascii_uppercase, repeat=length))
    return list(islice(names, count))
