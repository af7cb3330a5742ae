"""Decide Traefik: the packaged one, or a chart of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyfleet.planning.platform.load_balancer import address_values, traefik_is_packaged, traefik_namespace
from pyfleet.planning.platform.values import merged
from pyfleet.planning.types.network import TraefikPlan
from pyfleet.planning.types.platform import NeededChart

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.resolved import Resolved


def traefik_charts(resolved: Resolved) -> Iterator[NeededChart]:
    """Name the chart that brings Traefik, where k3s' own is disabled."""
    ingress = resolved.fleet.platform.ingress
    if ingress and not traefik_is_packaged(resolved.fleet):
        yield NeededChart("traefik", _values(resolved), ingress.traefik.version, ingress.traefik.values)


def traefik_plan(resolved: Resolved) -> TraefikPlan | None:
    """Decide where Traefik is, and what the packaged one is told."""
    ingress = resolved.fleet.platform.ingress
    if ingress is None:
        return None
    packaged = traefik_is_packaged(resolved.fleet)
    return TraefikPlan(
        namespace=traefik_namespace(resolved),
        domain=ingress.domain,
        packaged_values=merged(_values(resolved), ingress.traefik.values) if packaged else {},
    )


def _values(resolved: Resolved) -> dict[str, Any]:
    ingress = resolved.fleet.platform.ingress
    service = address_values(resolved, ingress.traefik.address) if ingress else {}
    return {"service": service} if service else {}
