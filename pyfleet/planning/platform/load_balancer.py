"""Decide addresses: MetalLB's pools."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.planning.types import NeededChart

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.planning.inventory import Inventory
    from pyfleet.planning.types import MetalLbPlan


def load_balancer_charts(inventory: Inventory) -> Iterator[NeededChart]:
    """Name the chart of metallb, where the fleet asks for it."""
    yield from ()


def metallb_plan(inventory: Inventory) -> MetalLbPlan | None:
    """Decide the pools."""
    return None
