"""What is booked on each host beside cards: CPUs, main memory, ephemeral storage, and the number of pods.

The scheduler adds up requests, and compares the sum with what the kubelet has. On hosts with unified memory more is
added up: GPU memory is main memory there, and neither kubelet nor scheduler know of it, so that k3s itself, pods that
request less than they take, and the planned GPU memory have to be counted here.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pyfleet.offers.amounts import NOTHING, Amounts
from pyfleet.placement.types import HostUse
from pyfleet.resolved.capacity import K3S_ITSELF, allocatable_of
from pyfleet.resolved.taints import tolerates_all

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyfleet.offers.pods import PlatformPods
    from pyfleet.placement.rooms import HostKind, Placed
    from pyfleet.resolved import Resolved


class Books:
    """An account of each host, to which pods are added one by one."""

    def __init__(self, resolved: Resolved) -> None:
        hosts = resolved.fleet.hosts
        self._resolved = resolved
        self.allocatable = {name: allocatable_of(resolved, name) for name in hosts}
        """What kubelets report."""
        self.has = {**self.allocatable, **{name: self._pool_of(name) for name in resolved.unified}}
        """The same, but of unified memory what there is of it."""
        self.left = dict(self.has)
        """What pods may still take."""
        self.names: dict[str, dict[str, Amounts]] = {name: {} for name in hosts}
        """What is there, by name of workload or part, with what it takes."""
        self._requested: dict[str, Amounts] = dict.fromkeys(hosts, NOTHING)
        self._gpu_memory: dict[str, int] = defaultdict(int)
        self._workloads: dict[str, dict[str, None]] = {name: {} for name in hosts}
        for name in resolved.unified:
            if hosts[name].memory:
                self._add(name, "k3s itself", NOTHING, Amounts(memory=K3S_ITSELF[hosts[name].role]))
        for pods in resolved.platform_pods:
            for host in pods.hosts or ():
                if tolerates_all(pods.tolerations or ({"operator": "Exists"},), hosts[host]):
                    self.book_platform(host, pods)
        self.for_pods = dict(self.left)
        """What is left beside the pods that run on every host."""

    def _pool_of(self, name: str) -> Amounts:
        """What a host with unified memory has: no more than CUDA sees of it, whatever is printed on the box."""
        has = self.allocatable[name]
        if not self._resolved.fleet.hosts[name].memory:
            return has
        seen = sum(card.usable for card in self._resolved.cards[name] if card.unified)
        return has._replace(memory=min(has.memory, seen))

    def cost_of(self, pods: PlatformPods, host: str) -> Amounts:
        """What one of the platform's pods takes of a host."""
        if host not in self._resolved.unified:
            return pods.requests
        return pods.requests._replace(memory=max(pods.requests.memory, pods.uses))

    def book_platform(self, host: str, pods: PlatformPods) -> None:
        """Add one pod of the platform."""
        self._add(host, pods.name, pods.requests, self.cost_of(pods, host))

    def book(self, host: str, workload: str, requests: Amounts) -> None:
        """Add one pod of a workload without cards."""
        self._add(host, workload, requests, requests)
        self._workloads[host][workload] = None

    def book_placed(self, placed: Iterable[Placed], kinds: dict[str, HostKind]) -> None:
        """Add pods with cards."""
        for each in placed:
            need, kind = each.demand.need, kinds[each.host]
            requests, cost = need.asks.on(unified=kind.unified), kind.cost(need, each.chosen, each.taken)
            self._add(each.host, each.demand.workload, requests, cost)
            self._gpu_memory[each.host] += int(cost.memory - requests.memory)
            self._workloads[each.host][each.demand.workload] = None

    def _add(self, host: str, name: str, requests: Amounts, cost: Amounts) -> None:
        self.left[host] = self.left[host].minus(cost)
        self._requested[host] = self._requested[host].plus(requests)
        there = self.names[host]
        there[name] = there.get(name, NOTHING).plus(cost)

    def uses(self) -> tuple[HostUse, ...]:
        """Sum up every host, in the order of the file."""
        return tuple(
            HostUse(
                name,
                self.allocatable[name],
                self._requested[name],
                self._gpu_memory[name],
                tuple(self._workloads[name]),
            )
            for name in self._resolved.fleet.hosts
        )
