"""How workloads and services are watched: what is scraped, what is alerted on, the canary that sends real requests."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pyfleet.rendering.kubernetes.canaries import canary_objects
from pyfleet.rendering.kubernetes.rules import rules_object
from pyfleet.rendering.kubernetes.scrapes import scrape_object

if TYPE_CHECKING:
    from pyfleet.planning.types.monitoring import RuleGroupPlan
    from pyfleet.planning.types.whole import Plan
    from pyfleet.rendering.kubernetes.app import Object


def watching_objects(plan: Plan, folder: str) -> dict[str, list[Object]]:
    """Render what watches each entry of a folder, `workloads` or `services`, by the entry."""
    found: dict[str, list[Object]] = defaultdict(list)
    watched = plan.monitoring
    if watched is None:
        return found
    for scrape in watched.scrapes if folder == "workloads" else ():
        found[scrape.name].append(scrape_object(watched.kind, scrape))
    for canary in watched.canaries:
        if canary.folder == folder:
            found[canary.workload] += canary_objects(canary)
    groups: dict[tuple[str, str], list[RuleGroupPlan]] = defaultdict(list)
    for group in watched.rules:
        if group.entry and group.entry[0] == folder:
            groups[group.entry[1:]].append(group)
    for (name, namespace), about in groups.items():
        found[name].append(rules_object(watched.kind, name, namespace, about))
    return found
