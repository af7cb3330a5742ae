"""Whether the scheduler, left to itself, would keep to what is planned.

It takes pods one by one as they come, and puts each where the least is requested (LeastAllocated, its default). So pods
without cards that may be anywhere can take main memory or CPUs that a pod with cards is planned to have, and that pod,
which can be nowhere else, stays Pending. Two orders are tried: those pods first, as after a start of the whole cluster,
and those pods last.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pyfleet.offers.amounts import Amounts
    from pyfleet.placement.books import Books
    from pyfleet.placement.plain import Plain

TRIED = 200_000
"""Pods times hosts that are tried: a quarter of a second. In larger fleets hosts are many, and one that is full is not
the only one."""


def keeps_to_the_plan(books: Books, tied: Iterable[tuple[str, Amounts]], free: Sequence[Plain]) -> bool:
    """Whether both orders leave room for all.

    Args:
        books: the hosts.
        tied: pods whose place is certain, with their host and what they take of it.
        free: pods that the scheduler chooses a host for.
    """
    if not free or len(free) * len(books.has) > TRIED:
        return True
    tied = list(tied)
    first, last = dict(books.for_pods), dict(books.for_pods)
    for host, amounts in tied:
        last[host] = last[host].minus(amounts)
    if not _spread(books, free, first) or not _spread(books, free, last):
        return False
    for host, amounts in tied:
        first[host] = first[host].minus(amounts)
    return all(min(left) >= 0 for left in first.values())


def _spread(books: Books, pods: Sequence[Plain], left: dict[str, Amounts]) -> bool:
    """Take pods as they come, each to the host where the least is requested; false where one finds none."""
    for pod in pods:
        best, most = None, -inf
        for host in pod.hosts:
            cost = pod.cost(books, host)
            if cost.fits(left[host]):
                score = _free(left[host], books.has[host])
                if score > most:
                    best, most = host, score
        if best is None:
            return False
        left[best] = left[best].minus(pod.cost(books, best))
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
