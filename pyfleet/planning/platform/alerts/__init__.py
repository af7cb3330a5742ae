"""Decide what is alerted on: that work comes out, that the hosts are there, and that the figures themselves are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.planning.platform.alerts.canaries import canary_groups
from pyfleet.planning.platform.alerts.engines import engine_groups
from pyfleet.planning.platform.alerts.hosts import host_groups
from pyfleet.planning.platform.alerts.sources import source_group
from pyfleet.planning.platform.alerts.workloads import workload_groups

if TYPE_CHECKING:
    from pyfleet.planning.types.monitoring import CanaryPlan, RuleGroupPlan
    from pyfleet.planning.types.workloads import WorkloadPlan
    from pyfleet.resolved import Resolved


def alert_rules(
    resolved: Resolved, workloads: tuple[WorkloadPlan, ...], canaries: tuple[CanaryPlan, ...]
) -> tuple[RuleGroupPlan, ...]:
    """Decide all alerts of a fleet that is monitored. Each is silent without its figures, so each has a twin."""
    groups = (
        *host_groups(resolved),
        *engine_groups(resolved, workloads),
        *workload_groups(resolved, workloads),
        *canary_groups(canaries),
    )
    return (*groups, source_group(resolved, groups))
