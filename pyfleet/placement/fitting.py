"""Where one pod may go: hosts that it may use, and cards of them that would do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.placement.rooms import Placed
from pyfleet.resolved.taints import prefers_none

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, KeysView, Mapping, Sequence

    from pyfleet.placement.demands import Demand
    from pyfleet.placement.rooms import Room
    from pyfleet.resolved import Resolved


def hosts_by_demand(
    demands: Iterable[Demand], resolved: Resolved, rooms: Mapping[str, Room]
) -> dict[Demand, KeysView[str]]:
    """Hosts that each demand may use; one object for all that may use the same.

    Those with the smallest cards come first, and those last that prefer other pods.
    """
    found: dict[int, KeysView[str]] = {}
    hosts_of = {}
    for demand in demands:
        key = id(demand.hosts)
        if key not in found:
            hosts = [host for host in demand.hosts if host in rooms]
            size = {host: (prefers_none(resolved.fleet.hosts[host]), rooms[host].kind.size) for host in hosts}
            found[key] = dict.fromkeys(sorted(hosts, key=size.__getitem__)).keys()
        hosts_of[demand] = found[key]
    return hosts_of


def fits(
    demand: Demand, hosts: Iterable[str], rooms: Mapping[str, Room], siblings: Sequence[Placed]
) -> Iterator[Placed]:
    """Places that would do for a pod.

    Pods of one workload have one template, so they can be told apart neither by cards nor by kind of host: where pods
    are pinned, all share the cards of the first; elsewhere all go to hosts and cards of one kind. Pods of one group of
    a LeaderWorkerSet go to different hosts.

    Args:
        demand: the pod.
        hosts: where it may go.
        rooms: what is left of all hosts.
        siblings: places that the workload's other pods have.
    """
    barred = barred_hosts(demand, siblings)
    for host in hosts:
        room = rooms[host]
        if host in barred or (demand.group is not None and room.kind.pins):
            continue  # one template for a group can't name the cards of several hosts
        if not siblings:
            yield from (Placed(demand, host, *option) for option in room.options(demand.need))
        elif room.kind.pins:
            first = siblings[0]
            has_slots = host == first.host and all(room.slots[card] for card in first.chosen)
            taken = room.split(demand.need, first.chosen) if has_slots else None
            if taken is not None and room.has(demand.need, first.chosen, taken):
                yield Placed(demand, host, first.chosen, taken)
        elif room.kind.template == rooms[siblings[0].host].kind.template:
            products = rooms[siblings[0].host].products(siblings[0].chosen)
            for option in room.options(demand.need):
                if room.products(option[0]) == products:
                    yield Placed(demand, host, *option)


def barred_hosts(demand: Demand, siblings: Sequence[Placed]) -> set[str]:
    """Hosts where a pod may not be because another one of its group is there."""
    return {each.host for each in siblings if each.demand.group == demand.group} if demand.group is not None else set()


def first_of_alike(hosts: Iterable[str], key: Callable[[str], Hashable]) -> Collection[str]:
    """Hosts with one of each key: the first."""
    found: dict[Hashable, str] = {}
    for host in hosts:
        found.setdefault(key(host), host)
    return found.values()
