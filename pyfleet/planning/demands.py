"""What each GPU workload asks for, one demand a replica."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyfleet.planning.types import Turn
from pyfleet.units import bytes_of

if TYPE_CHECKING:
    from pyfleet.model.workloads import Workload
    from pyfleet.planning.inventory import Inventory


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
    """Bytes over all its cards; None: the cards to itself."""
    product: str | None
    spreads_unevenly: bool
    selector: tuple[tuple[str, str], ...]
    host: str | None

    @property
    def runs_always(self) -> bool:
        """Whether it is there all the time, not by turns."""
        return self.turn == "always"


def demands_of(inventory: Inventory) -> Iterator[Demand]:
    """All demands of a fleet, in the order of the file."""
    for name, workload in inventory.fleet.workloads.items():
        gpu = workload.gpu
        if gpu is None:
            continue
        turn = turn_of(workload)
        for replica in range(max(1, 1 if workload.replicas is None else workload.replicas)):
            yield Demand(
                workload=name,
                replica=replica,
                turn=turn,
                priority=inventory.priority_of(workload),
                priority_name=workload.priority,
                count=gpu.count,
                memory=bytes_of(gpu.memory) if gpu.memory else None,
                product=gpu.product,
                spreads_unevenly=inventory.engine_of(workload).spreads_unevenly,
                selector=tuple(sorted(inventory.selector_of(workload).items())),
                host=inventory.host_of(workload),
            )


def turn_of(workload: Workload) -> Turn:
    """When a workload holds its cards."""
    if workload.kind == "Job":
        return "queued" if workload.queue else "job"
    if workload.kind == "CronJob":
        return "scheduled"
    return "on demand" if workload.replicas == 0 else "always"
