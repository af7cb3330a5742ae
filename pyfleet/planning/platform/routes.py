"""Decide the names that things are reached by."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyfleet.planning.inventory import Inventory
    from pyfleet.planning.types import RoutePlan, WorkloadPlan


def route_plans(inventory: Inventory, workloads: tuple[WorkloadPlan, ...]) -> tuple[RoutePlan, ...]:
    """Decide every route, by its kind and name."""
    return ()
