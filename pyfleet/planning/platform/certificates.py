"""Decide who signs certificates: a CA of the cluster's own, or a public one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.planning.types import NeededChart

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.planning.inventory import Inventory
    from pyfleet.planning.types import CertificatesPlan


def certificate_charts(inventory: Inventory) -> Iterator[NeededChart]:
    """Name the chart of cert-manager, where the fleet asks for it."""
    yield from ()


def certificates_plan(inventory: Inventory) -> CertificatesPlan | None:
    """Decide the issuer."""
    return None
