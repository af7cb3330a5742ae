"""Whether the scheduler, left to itself, would keep to what is planned.

It takes pods one by one as they come, and puts each where the least is requested (LeastAllocated, its default). So
pods without cards that may be anywhere can take main memory or CPUs that a pod with cards is planned to have, and that
pod, which can be nowhere else, stays Pending. Some orders are tried: those pods first, as after a start of the cluster;
those pods last; and others by chance.
"""

from __future__ import annotations

from math import inf
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pyfleet.offers.amounts import Amounts
    from pyfleet.placement.books import Books
    from pyfleet.placement.plain import Plain

    Tied = tuple[str, Amounts]

ORDERS = 30
TRIED = 300_000
"""Pods times hosts that are tried at most, over all orders: a third of a second. In larger fleets fewer orders are
tried, down to none: there hosts are many, and one that is full is not the only one."""


def keeps_to_the_plan(books: Books, tied: Iterable[Tied], free: Sequence[Plain]) -> bool:
    """Whether each order that is tried leaves room for all.

    Args:
        books: the hosts.
        tied: pods whose place is certain, with their host and what they take of it.
        free: pods that the scheduler chooses a host for.
    """
    if not free:
        return True
    certain = list(tied)
    chance = Random(0)  # noqa: S311 - the same at each run: a plan must not change by itself
    pods: list[Plain | Tied] = [*free, *certain]
    for number in range(min(ORDERS, TRIED // (len(free) * len(books.has)))):
        if number == 1:
            pods = [*certain, *free]
        elif number > 1:
            chance.shuffle(pods)
        if not _spread(books, pods):
            return False
    return True


def _spread(books: Books, pods: Iterable[Plain | Tied]) -> bool:
    """Take pods as they come, each to the host where the least is requested; false where one finds none."""
    left = dict(books.for_pods)
    for pod in pods:
        if isinstance(pod, tuple):
            best, cost = pod
            if not cost.fits(left[best]):
                return False
        else:
            able = [host for host in pod.hosts if pod.cost(books, host).fits(left[host])]
            if not able:
                return False
            best = max(able, key=lambda host: _free(left[host], books.has[host]))
            cost = pod.cost(books, best)
        left[best] = left[best].minus(cost)
    return True


def _free(left: Amounts, has: Amounts) -> float:
    """Part of CPUs and main memory that nobody requests; all, where it isn't known how much there is."""
    cpu = 1 if has.cpu == inf else left.cpu / (has.cpu or 1)
    memory = 1 if has.memory == inf else left.memory / (has.memory or 1)
    return cpu + memory


def planned_hosts(placed: Mapping[Plain, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Hosts that the plan has for the workloads among these pods."""
    found: dict[str, dict[str, None]] = {}
    for pod, hosts in placed.items():
        if not pod.platform:
            found.setdefault(pod.workload, {}).update(dict.fromkeys(hosts))
    return {workload: tuple(sorted(hosts)) for workload, hosts in found.items()}
