"""All alerts of a fleet: on work that doesn't come out, on hosts, and on missing metrics."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pyfleet.parts.alerts.engines import engine_groups
from pyfleet.parts.alerts.hosts import host_groups
from pyfleet.parts.alerts.sources import source_group
from pyfleet.parts.alerts.workloads import workload_groups
from pyfleet.rendering.kubernetes.app import MONITORING, App, Object
from pyfleet.rendering.kubernetes.rules import rules_object

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pyfleet.offers.rules import RuleGroup
    from pyfleet.planning.types.whole import Plan

NAME = "fleet"


def groups_of_fleet(plan: Plan) -> list[RuleGroup]:
    """Make the alerts on hosts, cards, pods and engines, and those on the metrics that any alert reads."""
    own = [*host_groups(plan.resolved), *engine_groups(plan.resolved, plan.workloads)]
    others = _of_workloads_and_parts(plan)
    about_all = [*own, *(group for group in others if group.entry is None)]
    return [*about_all, source_group(plan.resolved, [*own, *others])]


def groups_of_entries(plan: Plan) -> list[RuleGroup]:
    """Make the alerts on single workloads and services, other parts' included."""
    return [group for group in _of_workloads_and_parts(plan) if group.entry is not None]


def _of_workloads_and_parts(plan: Plan) -> list[RuleGroup]:
    offered = (group for part in plan.resolved.parts for group in part.rules(plan))
    return [*workload_groups(plan.resolved, plan.workloads), *offered]


def apps(plan: Plan) -> Iterator[App]:
    """Render the alerts of the fleet. Without its metrics an alert can't fire, so each has a twin that fires then."""
    stack = plan.resolved.offers.metrics
    if stack:
        namespace = plan.resolved.offers.metrics_namespace
        yield App(MONITORING, (rules_object(stack, NAME, namespace, groups_of_fleet(plan)),))


def entry_objects(plan: Plan) -> Mapping[str, list[Object]]:
    """Render the alerts on each entry, by its folder."""
    stack = plan.resolved.offers.metrics
    if not stack:
        return {}
    about: dict[tuple[str, str, str], list[RuleGroup]] = defaultdict(list)
    for group in groups_of_entries(plan):
        if group.entry:
            about[group.entry].append(group)
    return {
        f"{folder}/{name}": [rules_object(stack, name, namespace, groups)]
        for (folder, name, namespace), groups in about.items()
    }
