"""What a plan books of each node, in Kubernetes' words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.resolved.capacity import as_resources

if TYPE_CHECKING:
    from pyfleet.planning.types.whole import Plan


def booked(plan: Plan) -> dict[str, dict[str, int]]:
    """Sum up the requests of all pods that always run on each node, of workloads and of the platform.

    Pods that are tied to no host are counted where the plan has a place for them; the scheduler may choose another.
    `pyfleet.resolved.capacity.allocatable` says what the nodes have.

    Returns:
        By host: `cpu` in thousandths, `memory` and `ephemeral-storage` in bytes, `pods`.
    """
    return {use.host: as_resources(use.booked) for use in plan.hosts}
