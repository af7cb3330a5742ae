"""Decide which workload waits for which on a shared card.

An engine that measures free memory while another one loads reads a changing value: it fails, or takes memory that the
other one needs. In one fleet two crashed until one got through, five minutes after each boot. Here the less important
one waits until the other answers, but only for a limited time, so that a broken one doesn't hold up the others.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from pyfleet.placement.types import Assignment
from pyfleet.planning.probes import probe_plans
from pyfleet.planning.types.workloads import WaitPlan

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pyfleet.resolved import Resolved


def start_order(resolved: Resolved, assignments: Iterable[Assignment]) -> dict[str, tuple[WaitPlan, ...]]:
    """Decide what each workload waits for, by its name."""
    on_card: dict[tuple[str, int], list[Assignment]] = defaultdict(list)
    for row in assignments:
        if row.turn == "always":
            for card in row.cards:
                on_card[row.host, card].append(row)
    waits: dict[str, dict[str, WaitPlan]] = defaultdict(dict)
    for rows in on_card.values():
        ordered = sorted({row.workload: row for row in rows}.values(), key=lambda row: (-row.priority, row.workload))
        for position, later in enumerate(ordered):
            for earlier in ordered[:position]:
                plan = _wait(resolved, earlier.workload, later.workload)
                if plan is not None:
                    waits[later.workload][earlier.workload] = plan
    return {name: tuple(each.values()) for name, each in waits.items()}


def with_start_order(
    assignments: Iterable[Assignment], waits: Mapping[str, tuple[WaitPlan, ...]]
) -> tuple[Assignment, ...]:
    """Add to each row of the GPU matrix what it starts after."""
    return tuple(
        replace(row, why=f"{row.why}; starts after {', '.join(wait.workload for wait in waits[row.workload])}")
        if row.workload in waits
        else row
        for row in assignments
    )


def _wait(resolved: Resolved, earlier: str, later: str) -> WaitPlan | None:
    first, second = (resolved.fleet.workloads[name] for name in (earlier, later))
    engine = resolved.engine_of(first)
    ports = resolved.ports_of(first)
    if not ports or not (engine.profiles_free_memory or resolved.engine_of(second).profiles_free_memory):
        return None
    startup, readiness, _ = probe_plans(first, engine, next(iter(ports)))
    return WaitPlan(
        workload=earlier,
        # A Service leads only to pods that are ready.
        host=f"{earlier}.{first.namespace}.svc",
        port=ports[readiness.port],
        path=readiness.path,
        seconds=startup.period * startup.failure_threshold,
    )
