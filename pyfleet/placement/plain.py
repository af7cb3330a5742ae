"""Pods without cards: those that can be on one host only, and those that go where there is room.

The scheduler decides anew where the latter go. That there is a place for all is shown by one: the largest first, each
on the first host with room, those without cards before those with. Several orders are tried before it is said that
there is none.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyfleet.offers.amounts import Amounts, total
from pyfleet.placement.demands import asks_of, least_pods_of, turn_of
from pyfleet.resolved.labels import architecture_of
from pyfleet.resolved.taints import prefers_none, tolerates_all

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from pyfleet.offers.pods import PlatformPods
    from pyfleet.placement.books import Books
    from pyfleet.placement.types import Turn
    from pyfleet.resolved import Resolved


@dataclass(frozen=True, slots=True, eq=False)
class Plain:
    """One pod without cards."""

    workload: str
    """Empty for a pod of the platform."""
    pods: int
    """Pods that the workload has in all."""
    requests: Amounts
    hosts: tuple[str, ...]
    """Hosts that it may run on; one object for all that may run on the same."""
    turn: Turn = "always"
    priority: int = 0
    platform: PlatformPods | None = None

    def cost(self, books: Books, host: str) -> Amounts:
        """What it takes of a host."""
        return books.cost_of(self.platform, host) if self.platform else self.requests


def plain_pods(resolved: Resolved) -> list[Plain]:
    """All pods without cards: workloads' in the order of the file, then those of the platform that go anywhere."""
    machines = resolved.fleet.hosts
    order: dict[tuple[int, str | None], tuple[tuple[str, ...], tuple[str, ...]]] = {}

    def preferred(hosts: tuple[str, ...], architecture: str | None = None) -> tuple[str, ...]:
        key = (id(hosts), architecture)
        if key not in order:
            usable = [host for host in hosts if architecture in {None, architecture_of(machines[host])}]
            usable.sort(key=lambda host: (prefers_none(machines[host]), host in resolved.cards))
            order[key] = (hosts, tuple(usable))
        return order[key][1]

    found = []
    for name, workload in resolved.fleet.workloads.items():
        if workload.gpu is None:
            pods = least_pods_of(workload)
            pod = Plain(
                name,
                pods,
                asks_of(name, workload, resolved).usual,
                preferred(resolved.hosts_for(workload), resolved.architecture_chosen(workload)),
                turn_of(workload),
                resolved.priority_of(workload),
            )
            found += [pod] * pods
    open_to: dict[str, tuple[str, ...]] = {}
    for platform in resolved.platform_pods:
        if platform.hosts is None:
            hosts = open_to.setdefault(
                str(platform.tolerations),
                tuple(name for name, host in resolved.fleet.hosts.items() if tolerates_all(platform.tolerations, host)),
            )
            pod = Plain("", platform.replicas, platform.requests, preferred(hosts), platform=platform)
            found += [pod] * platform.replicas
    return found


def book_tied(books: Books, pods: Iterable[Plain]) -> list[Plain]:
    """Book pods that can be on one host only, the important and large ones first; those without room come back."""
    left_over = []
    for pod in sorted(pods, key=lambda pod: (not pod.platform, -pod.priority, *_large_first(pod))):
        (host,) = pod.hosts
        if pod.cost(books, host).fits(books.left[host]):
            _book(books, host, pod)
        else:
            left_over.append(pod)
    return left_over


def book_free(
    books: Books, pods: Sequence[Plain], kept: Mapping[str, Amounts]
) -> tuple[dict[Plain, list[str]], list[Plain]]:
    """Book pods that may be on several hosts: they come back with their hosts, and those without room, as few as found.

    Args:
        books: the hosts.
        pods: the pods.
        kept: what is kept free on some hosts for pods that take turns, if there is room without it.
    """
    best: tuple[dict[Plain, list[str]], list[Plain]] | None = None
    for keep in (kept, {}) if kept else ({},):
        left = {**books.left, **{host: books.left[host].minus(amounts) for host, amounts in keep.items()}}
        for key in _orders(books):
            found = _first_fit(books, left, sorted(pods, key=key))
            if best is None or len(found[1]) < len(best[1]):
                best = found
            if not best[1]:
                break
        if best and not best[1]:
            break
    placed, left_over = best or ({}, [])
    for pod, hosts in placed.items():
        for host in hosts:
            _book(books, host, pod)
    return placed, left_over


def by_priority(always: Iterable[Plain], placed: Mapping[Plain, Sequence[str]]) -> dict[str, list[tuple[int, Amounts]]]:
    """List what workloads without cards request of each host, with their priorities."""
    found: dict[str, list[tuple[int, Amounts]]] = defaultdict(list)
    for pod in always:
        if len(pod.hosts) == 1 and not pod.platform:
            found[pod.hosts[0]].append((pod.priority, pod.requests))
    for pod, hosts in placed.items():
        for host in () if pod.platform else hosts:
            found[host].append((pod.priority, pod.requests))
    return found


def turns_without_room(
    books: Books, pods: Iterable[Plain], may_stop: Mapping[str, Sequence[tuple[int, Amounts]]]
) -> list[Plain]:
    """Find pods that take turns and would find no room when theirs comes, whoever of lower priority makes way."""
    known: dict[tuple[int, Amounts, int], bool] = {}
    lacking = []
    for pod in pods:
        key = (id(pod.hosts), pod.requests, pod.priority)
        if key not in known:
            known[key] = any(_comes(pod, books.left[host], may_stop.get(host, ())) for host in pod.hosts)
        if not known[key]:
            lacking.append(pod)
    return lacking


def _comes(pod: Plain, left: Amounts, may_stop: Iterable[tuple[int, Amounts]]) -> bool:
    """Whether a pod finds room on a host, if need be in the place of pods of lower priority."""
    if pod.requests.fits(left):
        return True
    return pod.requests.fits(left.plus(total(amounts for priority, amounts in may_stop if priority < pod.priority)))


def _book(books: Books, host: str, pod: Plain) -> None:
    if pod.platform:
        books.book_platform(host, pod.platform)
    else:
        books.book(host, pod.workload, pod.requests)


def _large_first(pod: Plain) -> tuple[float, float]:
    return (-pod.requests.memory, -pod.requests.cpu)


def _orders(books: Books) -> list[Callable[[Plain], tuple[float, ...]]]:
    """Orders to try: by the largest part of a usual host, by memory, by CPU, by the number of hosts allowed."""
    known = [has for has in books.allocatable.values() if has.memory != float("inf")] or [Amounts(1, 1, 1, 1)]
    memory = max(has.memory for has in known) or 1
    cpu = max((has.cpu for has in books.allocatable.values() if has.cpu != float("inf")), default=1) or 1

    def share(pod: Plain) -> float:
        return max(pod.requests.memory / memory, pod.requests.cpu / cpu)

    return [
        lambda pod: (-share(pod),),
        lambda pod: (len(pod.hosts), -share(pod)),
        _large_first,
        lambda pod: (-pod.requests.cpu, -pod.requests.memory),
    ]


def _first_fit(
    books: Books, left: dict[str, Amounts], pods: Sequence[Plain]
) -> tuple[dict[Plain, list[str]], list[Plain]]:
    left = dict(left)
    placed: dict[Plain, list[str]] = {}
    left_over = []
    # Of pods alike, the next one finds no room where the last one found none.
    begin: dict[tuple[int, Amounts, int], int] = {}
    for pod in pods:
        key = (id(pod.hosts), pod.requests, pod.platform.uses if pod.platform else 0)
        position = begin.get(key, 0)
        while position < len(pod.hosts):
            host = pod.hosts[position]
            cost = pod.cost(books, host)
            if cost.fits(left[host]):
                left[host] = left[host].minus(cost)
                placed.setdefault(pod, []).append(host)
                break
            position += 1
        else:
            left_over.append(pod)
        begin[key] = position
    return placed, left_over
