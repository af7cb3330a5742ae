"""Decide Traefik: the packaged one, or a chart of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.planning.types import NeededChart

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.planning.inventory import Inventory
    from pyfleet.planning.types import TraefikPlan


def traefik_charts(inventory: Inventory) -> Iterator[NeededChart]:
    """Name the chart of traefik, where the fleet asks for it."""
    yield from ()


def traefik_plan(inventory: Inventory) -> TraefikPlan | None:
    """Decide what the packaged Traefik is told."""
    return None
