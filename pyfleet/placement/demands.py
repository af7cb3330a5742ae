"""What each GPU workload asks for, one demand a replica."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pyfleet.placement.types import Turn
from pyfleet.resolved.needs import memory_of

if TYPE_CHECKING:
    from pyfleet.model.workloads import Workload
    from pyfleet.resolved import Resolved


@dataclass(frozen=True, slots=True)
class Demand:
    """One replica of a GPU workload, and what it asks for."""

    workload: str
    replica: int
    turn: Turn
    priority: int
    priority_name: str | None
    count: int
    memory: int | None
    """Bytes over all its cards; None: the cards to itself, unless it has a share."""
    share: float | None
    """Share of each card."""
    product: str | None
    spreads_unevenly: bool
    selector: tuple[tuple[str, str], ...]
    host: str | None
    single: bool
    """It has no replicas beside it."""
    group: int | None = None
    """Its group of a LeaderWorkerSet: no two demands of one group of a workload may be on one host."""

    @property
    def least_memory(self) -> int:
        """Bytes that it needs at least, wherever it goes."""
        return self.memory or 0

    @property
    def is_simple(self) -> bool:
        """Whether it is one pod on one card with a stated amount of memory."""
        return self.count == 1 and self.share is None and self.memory is not None and self.single

    @property
    def hardness(self) -> float:
        """How hard it is to place, among those that need as many cards."""
        return float("inf") if self.memory is None and self.share is None else max(self.least_memory, self.share or 0)

    @property
    def runs_always(self) -> bool:
        """Whether it is there all the time, not by turns."""
        return self.turn == "always"


def demands_of(resolved: Resolved) -> Iterator[Demand]:
    """All demands of a fleet, in the order of the file."""
    for name, workload in resolved.fleet.workloads.items():
        gpu = workload.gpu
        if gpu is None:
            continue
        pods = pods_of(workload)
        first = Demand(
            workload=name,
            replica=0,
            turn=turn_of(workload),
            priority=resolved.priority_of(workload),
            priority_name=workload.priority,
            count=gpu.count,
            memory=memory_of(workload, resolved),
            share=gpu.share,
            product=gpu.product,
            spreads_unevenly=resolved.engine_of(workload).spreads_unevenly,
            selector=tuple(sorted(resolved.selector_of(workload).items())),
            host=resolved.host_of(workload),
            single=pods == 1,
        )
        for replica in range(pods):
            yield replace(first, replica=replica, group=replica // workload.size if workload.size else None)


def pods_of(workload: Workload) -> int:
    """Count the pods that a workload may have at one time; scaled to zero, it is planned as one."""
    replicas = 1 if workload.replicas is None else max(1, workload.replicas)
    if workload.autoscale:
        replicas = workload.autoscale.max_replicas
    return replicas * (workload.size or 1)


def turn_of(workload: Workload) -> Turn:
    """When a workload holds its cards."""
    if workload.kind == "Job":
        return "queued" if workload.queue else "job"
    if workload.kind == "CronJob":
        return "scheduled"
    return "on demand" if workload.replicas == 0 else "always"
