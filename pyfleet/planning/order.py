"""Make the plan hold whichever pod comes first.

The scheduler gives each pod a place when it comes, and knows of none that come later: a workload that any card will do
takes the last card of a host that another one needs, which then stays Pending for ever. That can't happen among pods
that may all be on the same hosts and take as many cards each: whichever card one takes, it leaves as many for the
others. All others are tied to the hosts that they are planned on; so are those on hosts whose main memory or CPUs could
run out before their cards.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pyfleet.placement.types import Assignment


class Choice(NamedTuple):
    """Among which hosts the scheduler would choose for the pods of a workload, and how many cards each takes."""

    labels: frozenset[tuple[str, str]]
    """Labels that select the hosts. Two that select the same hosts today need not do so with a further one."""
    hosts: tuple[str, ...]
    cards: int


def tied(
    choices: Mapping[str, Choice], assignments: Iterable[Assignment], tight: frozenset[str]
) -> dict[str, tuple[str, ...]]:
    """Find the workloads that are to be tied to the hosts they are planned on.

    Args:
        choices: by workload.
        assignments: where they are planned.
        tight: hosts whose main memory or CPUs could run out before their cards.

    Returns:
        Their hosts, by workload; also of those for which there is only one now, so that a further one that would do
        as well doesn't replace their pods.
    """
    planned: dict[str, dict[str, None]] = defaultdict(dict)
    on_host: dict[str, set[Choice]] = defaultdict(set)
    # Equal choices are made one object: comparing them by value would go through thousands of hosts each time.
    one: dict[Choice, Choice] = {}
    own = {name: one.setdefault(choice, choice) for name, choice in choices.items()}
    for row in assignments:
        planned[row.workload][row.host] = None
        on_host[row.host].add(own[row.workload])
    contested = {choice: _is_contested(choice, on_host, tight) for choice in one}
    return {name: tuple(hosts) for name, hosts in planned.items() if contested[own[name]]}


def with_ties(assignments: Iterable[Assignment], ties: Mapping[str, tuple[str, ...]]) -> tuple[Assignment, ...]:
    """Add to each row of the GPU matrix that its pod may be on the planned hosts only."""
    return tuple(
        replace(row, why=f"{row.why}; only on {', '.join(ties[row.workload])}, so that all find room in any order")
        if row.workload in ties
        else row
        for row in assignments
    )


def is_even(assignments: Iterable[Assignment]) -> bool:
    """Whether there are as many pods of a workload on each of its hosts, which Kubernetes can be told to keep."""
    return len(set(Counter(row.host for row in assignments).values())) == 1


def _is_contested(choice: Choice, on_host: Mapping[str, set[Choice]], tight: frozenset[str]) -> bool:
    return not tight.isdisjoint(choice.hosts) or any(on_host.get(host, {choice}) != {choice} for host in choice.hosts)
