"""Decide monitoring: the stack's values, what is scraped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.planning.types import NeededChart

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.planning.inventory import Inventory
    from pyfleet.planning.types import MonitoringPlan, WorkloadPlan


def monitoring_charts(inventory: Inventory) -> Iterator[NeededChart]:
    """Name the chart of stack, where the fleet asks for it."""
    yield from ()


def monitoring_plan(inventory: Inventory, workloads: tuple[WorkloadPlan, ...]) -> MonitoringPlan | None:
    """Decide everything about monitoring but the charts' values."""
    return None
