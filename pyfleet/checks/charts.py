"""F6xx: Helm charts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pydantic import BaseModel

from pyfleet.checks.registry import Finding, check
from pyfleet.model.charts import PlatformChart
from pyfleet.resolved.charts import OCI

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.checks.registry import Path
    from pyfleet.model.charts import Chart
    from pyfleet.resolved import Resolved

# SemVer as Helm reads it. With fewer numbers it is a range too: `1.2` is the newest of 1.2.
_FIXED = re.compile(r"v?[0-9]+\.[0-9]+\.[0-9]+(?:[-+][-+.0-9A-Za-z]+)?")


@check("F607")
def chart_without_a_fixed_version(resolved: Resolved) -> Iterator[Finding]:
    """A chart without one fixed version.

    The newest version is installed then: the cluster changes on a day on which nobody changed the fleet, and an old
    commit doesn't bring back the old state. `latest`, `*`, `>=1.2.0`, `^1.2.0`, `1.x` and also `1.2` do this.
    """
    for place, version in _versions(resolved):
        if _FIXED.fullmatch(version) is None:
            yield Finding(place, f"{version} is not one version of a chart", "write all three numbers, such as `1.2.3`")


def _versions(resolved: Resolved) -> Iterator[tuple[Path, str]]:
    for name, chart in resolved.fleet.charts.items():
        yield ("charts", name, "version"), chart.version
    for place, part in _platform_charts(("platform",), resolved.fleet.platform):
        if part.version is not None:
            yield (*place, "version"), part.version


def _platform_charts(place: Path, model: BaseModel) -> Iterator[tuple[Path, PlatformChart]]:
    if isinstance(model, PlatformChart):
        yield place, model
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        if isinstance(value, BaseModel):
            yield from _platform_charts((*place, field.alias or name), value)


@check("F608")
def chart_that_is_nowhere(resolved: Resolved) -> Iterator[Finding]:
    """A chart in no repository, or in two places at once.

    A chart is a name in a repository, `{repo: https://..., chart: name}`, or one address in a registry,
    `{chart: oci://registry/path/name}`.
    """
    for name, chart in resolved.fleet.charts.items():
        problem = _place_of(chart)
        if problem:
            message, hint = problem
            yield Finding(("charts", name, "chart"), message, hint)


def _place_of(chart: Chart) -> tuple[str, str] | None:
    # Whoever writes a password into the address is told so by F611, and need not find it in a log besides.
    shown = re.sub(r"(?<=://)[^/]*@", "", chart.chart)
    if chart.repo and "://" in chart.chart:
        return f"{shown} is an address, and there is `repo` beside it", "leave out `repo`, or name the chart only"
    if chart.repo or chart.chart.startswith(OCI):
        return None
    if "://" in chart.chart:
        return f"{shown} is neither in a repository nor in a registry", "say its `repo` and its name"
    return f"the chart {shown} is in no repository", "say which: `repo: https://...`"
