"""Decide Kueue's queues: flavours from the cards there are, quotas from the hosts."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pyfleet.planning.dra import dra_hosts
from pyfleet.planning.types.platform import FlavorPlan, NeededChart, QueueingPlan
from pyfleet.planning.workloads import GPU_RESOURCE
from pyfleet.units import MIB, bytes_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.resolved import Resolved


def queueing_charts(resolved: Resolved) -> Iterator[NeededChart]:
    """Name the chart that brings Kueue."""
    queueing = resolved.fleet.platform.queueing
    if queueing:
        yield NeededChart("kueue", {}, queueing.kueue.version, queueing.kueue.values)


def queueing_plan(resolved: Resolved) -> QueueingPlan | None:
    """Decide Kueue's queues: one cluster queue with all GPUs, a local queue for each namespace that queues."""
    fleet = resolved.fleet
    queues = sorted({(w.namespace, w.queue) for w in fleet.workloads.values() if w.queue})
    if fleet.platform.queueing is None or not queues:
        return None
    groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
    by_dra = set(dra_hosts(resolved))
    for host in resolved.cards:
        if host not in by_dra:  # Kueue counts nvidia.com/gpu, which such a host has none of
            groups[tuple(sorted(set(fleet.hosts[host].gpus)))].append(host)
    if not groups:
        return None
    flavors = tuple(_flavor(products, hosts, resolved) for products, hosts in sorted(groups.items()))
    namespaces = tuple(sorted({namespace for namespace, _ in queues}))
    return QueueingPlan(fleet.cluster.name, flavors, tuple(queues), namespaces)


def _flavor(products: tuple[str, ...], hosts: list[str], resolved: Resolved) -> FlavorPlan:
    domain = resolved.fleet.cluster.domain
    labels = {f"{domain}/has-{resolved.products[product].label}": "true" for product in products}
    labels[f"{domain}/homogeneous"] = "true" if len(products) == 1 else "false"
    machines = [resolved.fleet.hosts[host] for host in hosts]
    memory = sum(bytes_of(machine.memory) for machine in machines if machine.memory)
    return FlavorPlan(
        name="-".join(products),
        node_labels=labels,
        # In this order in every flavour: Kueue wants exactly the covered resources, in the same order.
        quota={
            "cpu": str(sum(machine.cpus or 0 for machine in machines)),
            "memory": f"{memory // MIB}Mi",
            GPU_RESOURCE: str(sum(card.slots for host in hosts for card in resolved.cards[host])),
        },
    )
