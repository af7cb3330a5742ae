"""What each GPU workload asks for: one demand for each of its pods."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

from pyfleet.offers.amounts import NOTHING, Amounts
from pyfleet.placement.types import Turn
from pyfleet.resolved.needs import memory_of
from pyfleet.resolved.requests import requests_of

if TYPE_CHECKING:
    from pyfleet.model.workloads import Workload
    from pyfleet.resolved import Resolved


@dataclass(frozen=True, slots=True)
class Asks:
    """What a pod requests of its host, beside cards."""

    usual: Amounts = NOTHING
    unified: Amounts = NOTHING
    """The same on hosts with unified memory, beside its GPU memory."""

    def on(self, *, unified: bool) -> Amounts:
        """On a host with or without unified memory."""
        return self.unified if unified else self.usual


def asks_of(name: str, workload: Workload, resolved: Resolved) -> Asks:
    """What each pod of a workload requests."""
    usual = requests_of(name, workload, resolved)
    differs = bool(workload.gpu and resolved.unified)
    return Asks(usual, requests_of(name, workload, resolved, unified=True) if differs else usual)


@dataclass(frozen=True, slots=True, eq=False)
class Need:
    """What a pod needs of the cards of its host."""

    count: int
    memory: int | None
    """Bytes over all its cards; None: the cards to itself, unless it has a share."""
    share: float | None
    """Share of each card."""
    product: str | None
    spreads_unevenly: bool
    asks: Asks

    @property
    def least_memory(self) -> int:
        """Bytes that it needs at least, wherever it goes."""
        return self.memory or 0

    @property
    def each(self) -> int:
        """Bytes that it needs of each card; 0 where that depends on the card."""
        return 0 if self.memory is None or self.spreads_unevenly else -(-self.memory // self.count)

    def hardness(self, card: float) -> float:
        """How hard it is to place, among those that need as many cards, where a usual card has so many bytes."""
        if self.memory is None and self.share is None:
            return inf
        return max(self.least_memory, (self.share or 0) * card)


@dataclass(frozen=True, slots=True, eq=False)
class Demand:
    """One pod of a GPU workload. It is compared by identity: no two pods are one."""

    workload: str
    replica: int
    """Its number among the workload's pods."""
    pods: int
    """Pods that the workload has in all."""
    group: int | None
    """Its group of a LeaderWorkerSet: no two pods of a group may be on one host."""
    turn: Turn
    priority: int
    priority_name: str | None
    need: Need
    selector: tuple[tuple[str, str], ...]
    """Labels that its host must have."""
    host: str | None
    """The one host it may run on."""
    hosts: tuple[str, ...]
    """Hosts that it may run on, with cards or without, as far as labels and taints go."""

    @property
    def is_simple(self) -> bool:
        """Whether it is the only pod of its workload, on one card, with a stated amount of memory."""
        return self.pods == 1 and self.need.count == 1 and self.need.share is None and self.need.memory is not None


def demands_of(resolved: Resolved) -> Iterator[Demand]:
    """All demands of a fleet, in the order of the file."""
    for name, workload in resolved.fleet.workloads.items():
        gpu = workload.gpu
        if gpu is None:
            continue
        need = Need(
            count=gpu.count,
            memory=memory_of(workload, resolved),
            share=gpu.share,
            product=gpu.product,
            spreads_unevenly=resolved.engine_of(workload).spreads_unevenly,
            asks=asks_of(name, workload, resolved),
        )
        pods = pods_of(workload)
        hosts = resolved.hosts_for(workload)
        for replica in range(pods):
            yield Demand(
                workload=name,
                replica=replica,
                pods=pods,
                group=replica // workload.size if workload.size else None,
                turn=turn_of(workload),
                priority=resolved.priority_of(workload),
                priority_name=workload.priority,
                need=need,
                selector=tuple(sorted(resolved.selector_of(workload).items())),
                host=resolved.host_of(workload),
                hosts=hosts,
            )


def pods_of(workload: Workload) -> int:
    """Count the pods that a workload may have at one time; scaled to zero, it is planned as one."""
    replicas = 1 if workload.replicas is None else max(1, workload.replicas)
    if workload.autoscale:
        replicas = workload.autoscale.max_replicas
    return replicas * (workload.size or 1)


def least_pods_of(workload: Workload) -> int:
    """Count the pods that a workload has at least while it runs; scaled by a queue, it may have more."""
    if workload.autoscale:
        return max(1, workload.autoscale.min_replicas) * (workload.size or 1)
    return pods_of(workload)


def turn_of(workload: Workload) -> Turn:
    """When a workload holds its cards."""
    if workload.kind == "Job":
        return "queued" if workload.queue else "job"
    if workload.kind == "CronJob":
        return "scheduled"
    return "on demand" if workload.replicas == 0 else "always"
