"""Which Traefik the fleet has, and the values of its chart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyfleet.offers.charts import NeededChart
from pyfleet.parts.traefik.model import INGRESS
from pyfleet.resolved.charts import merged
from pyfleet.resolved.names import address_values

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.model.fleet import Fleet
    from pyfleet.resolved import Resolved

CHART = "traefik"


def is_packaged(fleet: Fleet) -> bool:
    """Whether Traefik is the one that k3s packages."""
    return "traefik" not in fleet.cluster.k3s.disable


def namespace_of(resolved: Resolved) -> str:
    """Name the namespace that Traefik runs in."""
    return "kube-system" if is_packaged(resolved.fleet) else resolved.chart_of(CHART).namespace


def charts(resolved: Resolved) -> Iterator[NeededChart]:
    """Return the chart where k3s' own Traefik is disabled."""
    ingress = INGRESS.of(resolved.fleet)
    if ingress and not is_packaged(resolved.fleet):
        yield NeededChart(CHART, _values(resolved), ingress.traefik)


def packaged_values(resolved: Resolved) -> dict[str, Any]:
    """Make the values for the packaged Traefik; a chart of its own gets its values like any chart."""
    ingress = INGRESS.of(resolved.fleet)
    if ingress is None or not is_packaged(resolved.fleet):
        return {}
    return merged(_values(resolved), ingress.traefik.values)


def _values(resolved: Resolved) -> dict[str, Any]:
    ingress = INGRESS.of(resolved.fleet)
    service = address_values(resolved, ingress.traefik.address) if ingress else {}
    return {"service": service} if service else {}
