"""Decide the tunnel: what it ends at, and who is let in."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyfleet.planning.inventory import Inventory
    from pyfleet.planning.types import RoutePlan, TunnelPlan


def tunnel_plan(inventory: Inventory, routes: tuple[RoutePlan, ...]) -> TunnelPlan | None:
    """Decide the tunnel."""
    return None
