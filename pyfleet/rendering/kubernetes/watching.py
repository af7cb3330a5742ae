"""How one workload or service is watched: what is scraped, and the canary that sends it real requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.rendering.kubernetes.canaries import canary_objects
from pyfleet.rendering.kubernetes.scrapes import scrape_objects

if TYPE_CHECKING:
    from pyfleet.planning.types import Plan
    from pyfleet.rendering.kubernetes.app import Object


def watching_objects(plan: Plan, folder: str, name: str) -> list[Object]:
    """Render what watches one entry of `folder`: `workloads` or `services`."""
    scrapes = scrape_objects(plan, name) if folder == "workloads" else []
    return [*scrapes, *canary_objects(plan, folder, name)]
