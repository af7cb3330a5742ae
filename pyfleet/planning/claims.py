"""Decide what is claimed by Dynamic Resource Allocation."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from pyfleet.planning.types.workloads import CardsPlan, ClaimPlan
from pyfleet.resolved.labels import is_dra

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyfleet.placement import Assignment
    from pyfleet.resolved import Resolved


def claim_plan(rows: Sequence[Assignment], resolved: Resolved) -> ClaimPlan | None:
    """Decide what a workload claims: cards of exactly the kinds that it was placed on."""
    if not rows or not is_dra(resolved.fleet.hosts[rows[0].host]):
        return None
    counts = Counter(rows[0].product)
    return ClaimPlan(
        {name: CardsPlan(resolved.products[name].product, count) for name, count in sorted(counts.items())}
    )
