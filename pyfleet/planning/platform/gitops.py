"""Decide what Argo CD pulls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.planning.types import NeededChart

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.planning.inventory import Inventory
    from pyfleet.planning.types import ChartPlan, GitOpsPlan


def gitops_charts(inventory: Inventory) -> Iterator[NeededChart]:
    """Name the chart of argo-cd, where the fleet asks for it."""
    yield from ()


def gitops_plan(inventory: Inventory, charts: tuple[ChartPlan, ...], namespaces: tuple[str, ...]) -> GitOpsPlan | None:
    """Decide what is pulled."""
    return None
