"""Places that would do for one demand, as the rooms are now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.placement.rooms import Placed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pyfleet.placement.demands import Demand
    from pyfleet.placement.rooms import Room


def fits(
    demand: Demand,
    hosts: Iterable[str],
    rooms: dict[str, Room],
    placed: Sequence[Placed] = (),
) -> Iterator[Placed]:
    """Places that would do for a demand.

    Replicas have one pod template, so they can be told apart neither by cards nor by kind of host: where pods are
    pinned, all share the cards of the first; elsewhere all go to hosts of one class. Pods of one group of a
    LeaderWorkerSet go to different hosts.

    Args:
        demand: what is to be placed.
        hosts: where it may go.
        rooms: what is left of them.
        placed: places that the workload's other pods have.
    """
    sibling = placed[0] if placed else None
    barred = {each.host for each in placed if demand.group is not None and each.demand.group == demand.group}
    for host in hosts:
        room = rooms[host]
        if host in barred or (demand.group is not None and room.pins):
            continue  # one pod template for a group: it can't name the cards of several hosts
        if demand.count > 1 and any(card.slots > 1 for card in room.cards):
            continue  # two slots can be one card: the plugin does not promise different ones
        if sibling is not None and room.pins:
            taken = room.split(demand, sibling.chosen) if host == sibling.host else None
            if taken is not None and all(room.slots[card] > 0 for card in sibling.chosen):
                yield Placed(demand, host, sibling.chosen, taken)
            continue
        if sibling is not None and room.kind != rooms[sibling.host].kind:
            continue
        for chosen, taken in room.options(demand):
            if sibling is None or room.products(chosen) == rooms[sibling.host].products(sibling.chosen):
                yield Placed(demand, host, chosen, taken)
