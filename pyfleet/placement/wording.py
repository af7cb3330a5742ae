"""Words of what `unplaced` says: messages, with hints where they go together."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, TypeVar

from pyfleet.resolved.taints import taints_of, tolerates
from pyfleet.units import gib_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from pyfleet.model.workloads import Workload
    from pyfleet.placement.demands import Demand, Need
    from pyfleet.placement.rooms import Placed
    from pyfleet.resolved import Card, Resolved

Item = TypeVar("Item")

SHOWN = 4
"""Cards or hosts that a message lists; of more it says how many."""


def need_text(need: Need) -> str:
    """What a pod needs of its cards."""
    if need.share is not None:
        cards, them = ("a card", "it") if need.count == 1 else (f"each of {need.count} cards", "them")
        inside = f" with {gib_text(need.memory)} GiB in {them}" if need.memory is not None else ""
        return f"a share of {need.share:g} of {cards}{inside}"
    if need.memory is None:
        return "a card to itself" if need.count == 1 else f"{need.count} cards of its own"
    return f"{gib_text(need.memory)} GiB" + (f" over {need.count} cards" if need.count > 1 else "")


def wanted_text(demand: Demand) -> str:
    """Which cards a pod would take."""
    kind = f" of kind {demand.need.product}" if demand.need.product else ""
    where = f" on the host {demand.host}" if demand.host else " on a host" if demand.selector else ""
    labels = ", ".join(f"{key}={value}" for key, value in demand.selector)
    return f"a GPU{kind}{where}" + (f" with the label{'s' * (len(demand.selector) > 1)} {labels}" if labels else "")


def card_text(card: Card, holders: Iterable[Placed]) -> str:
    """Name a card, and those of its host's pods that are on it."""
    on_it: dict[str, int] = defaultdict(int)
    for each in holders:
        for index, taken in zip(each.chosen, each.taken, strict=True):
            if index == card.index:
                on_it[each.demand.workload] += taken
    sizes = " + ".join(map(gib_text, on_it.values()))
    return f"{card.product} #{card.index} of {card.host} by {', '.join(on_it)} ({sizes} of {gib_text(card.usable)} GiB)"


def in_the_way_of_taints(workload: Workload, hosts: Sequence[str], resolved: Resolved) -> tuple[str, str]:
    """Explain that all hosts that would do have taints that a workload's pods don't tolerate."""
    tolerations = resolved.all_tolerations(workload)
    in_the_way = {
        host: [taint for taint in taints_of(resolved.fleet.hosts[host]) if not tolerates(tolerations, taint)]
        for host in hosts
    }
    shown = few([f"{host} ({', '.join(map(str, taints))})" for host, taints in in_the_way.items()])
    hosts_text = "host" if len(hosts) == 1 else "hosts"
    message = f"doesn't tolerate the taints of the {hosts_text} that it could run on: {shown}"
    return message, f"name one by `host: {hosts[0]}`, or list `tolerations`"


def too_few_cards(
    need: Need, hosts: Mapping[str, Sequence[Card]], whole: Mapping[str, Sequence[Card]]
) -> tuple[str, str]:
    """Explain that none of the hosts has so many cards; those of `whole` don't share theirs."""
    kind = f" {need.product}" if need.product else ""
    if not whole:
        why = "but all that it may use are shared, and two shares can be of one card"
        return f"asks for {need.count}{kind} cards, {why}", "ask for 1, or take `sharing` from a host"
    most = max(map(len, whole.values()))
    shared = "; shared ones don't count, as two shares can be of one card" if len(whole) < len(hosts) else ""
    message = f"asks for {need.count}{kind} cards of one host; no host that it may use has more than {most}{shared}"
    return message, "ask for fewer, or allow more hosts"


def too_few_for_all(needs: str, pinning: Sequence[str], *, in_groups: bool) -> tuple[str, str]:
    """Explain that a workload's pods would not all fit an empty fleet; hosts of `pinning` name their cards."""
    lacking = "hosts with cards" if in_groups else "cards"
    named = f" (on {few(pinning)}, whose cards are unlike or shared, all would be on the same ones)" if pinning else ""
    message = f"needs {needs}; there are too few {lacking} of one kind for all of them{named}"
    return message, "ask for fewer pods, or allow more hosts"


def pinned_group(hosts: Sequence[str]) -> tuple[str, str]:
    """Explain that pods of a group can't be pinned to cards."""
    named = f"on {few(hosts)} each pod would have to name its own cards, because they are unlike or shared"
    hint = "allow hosts whose cards are alike and given whole, or say `allocation: dra`"
    return f"is a group of pods from one template; {named}", hint


def too_large(need: Need, cards: Sequence[Card]) -> tuple[str, str]:
    """Explain that no card, or no cards of one host, have so much memory."""
    shown = few(list(dict.fromkeys(f"{card.product} of {card.host} with {gib_text(card.most)} GiB" for card in cards)))
    bounded = ""
    if need.share is None:
        bounded = " (spread evenly, so the smallest bounds it)" if need.count > 1 and not need.spreads_unevenly else ""
        hint = "use a smaller model, a smaller context or more cards"
    elif need.memory is None:
        hint = "ask for a smaller share"
    else:
        hint = "ask for another share, or use a smaller model or a smaller context"
    return f"needs {need_text(need)}{bounded}, more than any host can give: {shown}", hint


def few(items: Sequence[Item], separator: str = ", ", *, text: Callable[[Item], str] = str) -> str:
    """List the first of many things."""
    more = f" and {len(items) - SHOWN} more" if len(items) > SHOWN else ""
    return separator.join(map(text, items[:SHOWN])) + more
