"""Decide who provides each Secret that anything names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.planning.types import NeededChart

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.planning.inventory import Inventory
    from pyfleet.planning.types import SecretsPlan


def secret_charts(inventory: Inventory) -> Iterator[NeededChart]:
    """Name the chart of external-secrets, where the fleet asks for it."""
    yield from ()


def secrets_plan(inventory: Inventory) -> SecretsPlan | None:
    """Decide who provides each Secret."""
    return None
