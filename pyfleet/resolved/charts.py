"""Helm charts: the fleet's own, and those that parts of the platform need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyfleet.model.charts import Chart
    from pyfleet.resolved import Resolved

OCI = "oci://"


@dataclass(frozen=True, slots=True)
class InstalledChart:
    """A Helm chart, with the version and the values that it is installed with."""

    name: str
    spec: Chart
    """Its entry in the fleet file or in the catalog of a part."""
    version: str
    values: dict[str, Any]


def installed_charts(resolved: Resolved) -> tuple[InstalledChart, ...]:
    """Gather all charts, by name.

    An entry under `charts:` replaces the chart of that name that a part needs; its values go over the derived ones.
    """
    own = resolved.fleet.charts
    charts = {name: InstalledChart(name, chart, chart.version, chart.values) for name, chart in own.items()}
    for part in resolved.parts:
        for needed in part.charts(resolved):
            chart, settings = resolved.chart_of(needed.name), needed.settings
            if needed.name in own:
                version, values = chart.version, merged(needed.values, chart.values)
            else:
                version = (settings.version if settings else None) or chart.version
                values = merged(chart.values, needed.values)
            values = merged(values, settings.values if settings else {})
            charts[needed.name] = InstalledChart(needed.name, chart, version, values)
    return tuple(chart for _, chart in sorted(charts.items()))


def is_oci(chart: Chart) -> bool:
    """Whether a chart is in a registry, by its own address or its repository's."""
    return chart.chart.startswith(OCI) or bool(chart.repo and chart.repo.startswith(OCI))


def merged(values: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """Lay values over others as Helm does: mappings key by key, anything else as a whole."""
    result = dict(values)
    for key, value in over.items():
        below = result.get(key)
        result[key] = merged(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return result
