"""How one workload or service is watched: what is scraped, and the canary that sends it real requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyfleet.planning.types import Plan
    from pyfleet.rendering.kubernetes.app import Object


def watching_objects(plan: Plan, folder: str, name: str) -> list[Object]:
    """Render what watches one entry of `folder`: `workloads` or `services`."""
    return []
