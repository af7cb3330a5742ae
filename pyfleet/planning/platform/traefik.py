"""Decide Traefik: the packaged one, or a chart of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyfleet.planning.platform.load_balancer import address_values, traefik_is_packaged, traefik_namespace
from pyfleet.planning.platform.values import merged
from pyfleet.planning.types import NeededChart, TraefikPlan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.planning.inventory import Inventory


def traefik_charts(inventory: Inventory) -> Iterator[NeededChart]:
    """Name the chart that brings Traefik, where k3s' own is disabled."""
    ingress = inventory.fleet.platform.ingress
    if ingress and not traefik_is_packaged(inventory.fleet):
        yield NeededChart("traefik", _values(inventory), ingress.traefik.version, ingress.traefik.values)


def traefik_plan(inventory: Inventory) -> TraefikPlan | None:
    """Decide where Traefik is, and what the packaged one is told."""
    ingress = inventory.fleet.platform.ingress
    if ingress is None:
        return None
    packaged = traefik_is_packaged(inventory.fleet)
    return TraefikPlan(
        namespace=traefik_namespace(inventory),
        domain=ingress.domain,
        packaged_values=merged(_values(inventory), ingress.traefik.values) if packaged else {},
    )


def _values(inventory: Inventory) -> dict[str, Any]:
    ingress = inventory.fleet.platform.ingress
    service = address_values(inventory, ingress.traefik.address) if ingress else {}
    return {"service": service} if service else {}
