"""`pyfleet plan`."""

from __future__ import annotations

import json
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pyfleet.cli.common import ends_well, examined_plan, find_fleet, fleet_argument, strict_option
from pyfleet.cli.ways_in import ways_in
from pyfleet.units import MIB, gib_text

if TYPE_CHECKING:
    from pyfleet.placement.types import Assignment, CardUse, HostUse

HEADINGS = ("WORKLOAD", "RUNS", "HOST", "CARDS", "NEEDS", "OF", "PRIORITY", "WHY")
CARD_HEADINGS = ("HOST", "CARD", "GPU", "MEMORY", "TAKEN", "FREE", "RUNS ALWAYS")
HOST_HEADINGS = ("HOST", "CPU", "OF", "MEMORY", "OF", "PODS", "OF", "RUNS ALWAYS")
WAY_HEADINGS = ("NAME", "LEADS TO", "CERTIFICATE", "ACCESS")


@click.command("plan")
@fleet_argument
@click.option("--json", "as_json", is_flag=True, help="Print the same as JSON.")
@strict_option
@ends_well
def command(fleet: Path | None, *, as_json: bool, strict: bool) -> None:
    """Show which workload gets which cards, what it needs of them in GiB, and why; then what is left of each card.

    Below that stands what is requested of each host: CPUs, main memory in GiB, pods, beside what it has for pods. Of
    hosts with unified memory the planned GPU memory counts as main memory.

    Last come the names and fixed addresses that things are reached by, where the fleet has any.
    """
    plan = examined_plan(find_fleet(fleet), strict=strict)
    ways = ways_in(plan)
    if as_json:
        document: dict[str, Any] = {
            "workloads": [_workload(row) for row in plan.assignments],
            "cards": [_card(card) for card in plan.cards],
            "hosts": [_host(host) for host in plan.hosts],
        }
        if ways:
            document["routes"] = [way.document() for way in ways]
        click.echo(json.dumps(document, indent=2))
        return
    _table(HEADINGS, [_row(row) for row in plan.assignments])
    click.echo()
    _table(CARD_HEADINGS, [_card_row(card) for card in plan.cards])
    click.echo()
    _table(HOST_HEADINGS, [_host_row(host) for host in plan.hosts])
    if ways:
        click.echo()
        _table(WAY_HEADINGS, [way.row() for way in ways])


def _row(row: Assignment) -> tuple[str, ...]:
    cards = " + ".join(f"{product} #{card}" for product, card in zip(row.product, row.cards, strict=True))
    name = row.workload if row.replica == 0 else f"{row.workload} ({row.replica + 1})"
    priority = f"{row.priority_name} ({row.priority})" if row.priority_name else str(row.priority)
    needs, of = gib_text(sum(row.needed)), gib_text(sum(row.usable))
    return (name, row.turn, row.host, cards, needs, of, priority, row.why)


def _card_row(card: CardUse) -> tuple[str, ...]:
    names = ", ".join(card.workloads) or "-"
    free = card.usable - card.taken
    return (
        card.host,
        f"#{card.index}",
        card.product,
        gib_text(card.usable),
        gib_text(card.taken),
        gib_text(free),
        names,
    )


def _host_row(use: HostUse) -> tuple[str, ...]:
    has, booked = use.allocatable, use.booked
    memory = gib_text(int(booked.memory) + use.gpu_memory)
    if use.gpu_memory:
        memory += f" (GPU {gib_text(use.gpu_memory)})"
    return (
        use.host,
        _cpus(booked.cpu),
        "-" if has.cpu == inf else _cpus(has.cpu),
        memory,
        "-" if has.memory == inf else gib_text(int(has.memory)),
        f"{booked.pods:g}",
        f"{has.pods:g}",
        ", ".join(use.workloads) or "-",
    )


def _cpus(thousandths: float) -> str:
    return f"{thousandths / 1000:g}"


def _table(headings: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    widths = [max(map(len, column)) for column in zip(headings, *rows, strict=True)]
    for number, row in enumerate((headings, *rows)):
        line = "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
        click.echo(click.style(line, bold=True) if number == 0 else line)


def _workload(row: Assignment) -> dict[str, Any]:
    return {
        "workload": row.workload,
        "replica": row.replica,
        "runs": row.turn,
        "host": row.host,
        "cards": [
            {"index": index, "product": product, "neededMiB": needed // MIB, "usableMiB": usable // MIB}
            for index, product, needed, usable in zip(row.cards, row.product, row.needed, row.usable, strict=True)
        ],
        "priority": row.priority,
        "priorityClass": row.priority_name,
        "pinned": row.pinned,
        "waitsFor": list(row.waits_for),
        "preempts": list(row.preempts),
        "why": row.why,
    }


def _card(card: CardUse) -> dict[str, Any]:
    return {
        "host": card.host,
        "index": card.index,
        "product": card.product,
        "usableMiB": card.usable // MIB,
        "takenMiB": card.taken // MIB,
        "freeMiB": (card.usable - card.taken) // MIB,
        "workloads": list(card.workloads),
    }


def _host(use: HostUse) -> dict[str, Any]:
    has, booked = use.allocatable, use.booked
    return {
        "host": use.host,
        "cpuMillicores": {"requested": int(booked.cpu), "allocatable": None if has.cpu == inf else int(has.cpu)},
        "memoryMiB": {
            "requested": int(booked.memory) // MIB,
            "plannedAsGpuMemory": use.gpu_memory // MIB,
            "allocatable": None if has.memory == inf else int(has.memory) // MIB,
        },
        "pods": {"requested": int(booked.pods), "allocatable": int(has.pods)},
        "workloads": list(use.workloads),
    }
