"""Decide the labels and taints of nodes by which Kubernetes knows where a workload may run."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from pyfleet.nvidia import DEVICE_PLUGIN_CONFIG
from pyfleet.placement.types import Assignment, Placement
from pyfleet.planning.order import Choice, is_even, tied
from pyfleet.planning.priorities import makes_way
from pyfleet.planning.types.workloads import WaitPlan
from pyfleet.resolved.labels import (
    ARCH,
    GPU_ALLOCATION,
    GPU_RUNTIME,
    HOMOGENEOUS,
    HOSTNAME,
    architecture_of,
    is_dra,
    runtime_class_of,
)
from pyfleet.resolved.taints import tolerates_all

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pyfleet.model.workloads import Workload
    from pyfleet.resolved import Resolved


def _taken_by_card(assignments: Iterable[Assignment]) -> dict[tuple[str, int], dict[str, int]]:
    taken: dict[tuple[str, int], dict[str, int]] = defaultdict(dict)
    for row in assignments:
        for card, needed in zip(row.cards, row.needed, strict=True):
            on_card = taken[row.host, card]
            on_card[row.workload] = on_card.get(row.workload, 0) + needed
    return taken


class Scheduling:
    """Where each workload may run, as labels of nodes."""

    def __init__(
        self,
        resolved: Resolved,
        assignments: tuple[Assignment, ...],
        waits: Mapping[str, tuple[WaitPlan, ...]],
        placement: Placement,
    ) -> None:
        self._resolved = resolved
        self._placement = placement
        self._selectors: dict[str, dict[str, str]] = {}
        self._waits = waits
        self._taken = _taken_by_card(assignments)
        self.making_way = makes_way(resolved, assignments)
        """PriorityClasses of the workloads that make way for others of their own priority."""
        self._domain = resolved.fleet.cluster.domain
        self._assigned: dict[str, list[Assignment]] = defaultdict(list)
        for assignment in assignments:
            self._assigned[assignment.workload].append(assignment)

    def assignments_of(self, name: str) -> list[Assignment]:
        """Rows of the GPU matrix of one workload, by replica."""
        return self._assigned[name]

    def waits_of(self, name: str) -> tuple[WaitPlan, ...]:
        """What a workload waits for before it starts."""
        return self._waits.get(name, ())

    def priority_class(self, name: str, workload: Workload) -> str | None:
        """Name a workload's PriorityClass: the one that the fleet file names, or one below."""
        below = self.making_way.get(name)
        return below.name if below else workload.priority

    def taken_beside(self, name: str) -> int:
        """Bytes that others may need at the same time, on the card where that is most."""
        rows = self._assigned[name]
        return max(
            (
                sum(size for other, size in self._taken[row.host, card].items() if other != name)
                for row in rows[:1]
                for card in row.cards
            ),
            default=0,
        )

    def node_selector(self, name: str, workload: Workload) -> dict[str, str]:
        """Labels that a workload's node must have.

        The scheduler may choose among hosts with the planned kind of card; a workload is tied to its host where the
        fleet file names one, where Kubernetes can't tell the cards apart, or where another choice could leave a pod
        that comes later without room.
        """
        if name not in self._selectors:
            hosts = self.ties.get(name, ())
            tie = {HOSTNAME: hosts[0]} if len(hosts) == 1 else {}
            self._selectors[name] = self._selector_of_alike(name, workload) | tie
        return self._selectors[name]

    def tied_to(self, name: str) -> tuple[str, ...]:
        """The hosts that the pods of a workload are tied to, where they are several."""
        hosts = self.ties.get(name, ())
        return hosts if len(hosts) > 1 else ()

    def prefers(self, name: str, workload: Workload) -> tuple[str, ...]:
        """The hosts that a workload is planned on, unless it is tied to them: the scheduler is to try them first.

        Where all come to their places, nobody takes another's. It is said too while there are no others that would do:
        one that is added later must not replace the pods.
        """
        if name in self.ties or HOSTNAME in self.node_selector(name, workload):
            return ()
        return tuple(dict.fromkeys(row.host for row in self._assigned[name]))

    def _selector_of_alike(self, name: str, workload: Workload) -> dict[str, str]:
        """Labels that select all hosts that would do for a workload as well as the planned one."""
        selector = self._resolved.selector_of(workload)
        rows = self._assigned[name]
        host = self._resolved.host_of(workload)
        if host is not None:
            return {**selector, HOSTNAME: host}
        selector |= self._one_architecture(workload, rows)
        if not rows:
            return selector
        if self._resolved.must_pin(rows[0].host) and workload.size is None:
            return {**selector, HOSTNAME: rows[0].host}
        return {**selector, **self._class_of(rows[0])}

    def spreads(self, name: str) -> bool:
        """Whether each of the hosts that a workload is tied to gets as many of its pods."""
        return len(self.ties.get(name, ())) > 1 and is_even(self._assigned[name])

    @cached_property
    def _choices(self) -> dict[str, Choice]:
        found = {}
        for name, rows in self._assigned.items():
            workload = self._resolved.fleet.workloads[name]
            labels = self._selector_of_alike(name, workload)
            found[name] = Choice(frozenset(labels.items()), self._open(workload, labels), len(rows[0].cards))
        return found

    @property
    def ties_that_show(self) -> dict[str, tuple[str, ...]]:
        """Those of the ties that leave out a host which would do as well."""
        return {
            name: hosts
            for name, hosts in self.ties.items()
            if name in self._choices and len(self._choices[name].hosts) > len(hosts)
        }

    @cached_property
    def ties(self) -> dict[str, tuple[str, ...]]:
        """The hosts that workloads are tied to, so that the plan holds whichever pod comes first."""
        workloads = self._resolved.fleet.workloads
        # Pods of a group have to be on hosts of their own, which one template can't name.
        found = tied(self._choices, (row for rows in self._assigned.values() for row in rows), self._placement.tight)
        return {
            **self._placement.tied,
            **{name: hosts for name, hosts in found.items() if workloads[name].size is None},
        }

    def _open(self, workload: Workload, selector: dict[str, str]) -> tuple[str, ...]:
        """Hosts with these labels whose taints, if they have any, the workload tolerates."""
        matching = self._resolved.hosts_matching(selector)
        if not self._resolved.tainted:
            return matching
        tolerations = self._resolved.all_tolerations(workload)
        return tuple(host for host in matching if tolerates_all(tolerations, self._resolved.fleet.hosts[host]))

    def _one_architecture(self, workload: Workload, rows: list[Assignment]) -> dict[str, str]:
        """Choose the architecture of a workload with several images: its pods have one template, so one image."""
        chosen = self._resolved.architecture_chosen(workload)
        if chosen is None:
            return {}
        return {ARCH: architecture_of(self._resolved.fleet.hosts[rows[0].host]) if rows else chosen}

    def _class_of(self, row: Assignment) -> dict[str, str]:
        """Labels that select the hosts with the same cards, given out in the same way."""
        product = row.product[0]
        host = self._resolved.fleet.hosts[row.host]
        if is_dra(host):  # which of its cards, the claim says
            products = (self._resolved.products[name].label for name in row.product)
            return {
                **{f"{self._domain}/has-{label}": "true" for label in products},
                f"{self._domain}/{GPU_ALLOCATION}": "dra",
            }
        # Always all of them, also where one would do: else a pod would be replaced because of another host.
        wanted = [f"has-{self._resolved.products[product].label}", HOMOGENEOUS, GPU_RUNTIME]
        labels = self._resolved.labels[row.host]
        return {key: labels[key] for key in [*(f"{self._domain}/{key}" for key in wanted), DEVICE_PLUGIN_CONFIG]}

    def runtime_class(self, name: str) -> str | None:
        """RuntimeClass of a GPU workload, after the host it is placed on."""
        rows = self._assigned[name]
        return runtime_class_of(self._resolved.fleet.hosts[rows[0].host]) if rows else None

    def visible_devices(self, name: str) -> str | None:
        """Cards that a pinned workload sees.

        The kubelet appends a pod's own environment after the device plugin's, so this wins over the plugin's choice.
        """
        rows = self._assigned[name]
        return ",".join(str(card) for card in rows[0].cards) if rows and rows[0].pinned else None

    def is_mps(self, name: str) -> bool:
        """Whether a workload shares its card by MPS, whose shared memory the device plugin mounts at /dev/shm."""
        rows = self._assigned[name]
        return bool(rows) and self._resolved.cards[rows[0].host][rows[0].cards[0]].mps

    def architecture(self, name: str, workload: Workload) -> str | None:
        """Architecture of the hosts that a workload runs on; None where they may be of several."""
        seen = {architecture_of(self._resolved.fleet.hosts[host]) for host in self.hosts_of(name, workload)}
        return next(iter(seen)) if len(seen) == 1 else None

    def hosts_of(self, name: str, workload: Workload) -> tuple[str, ...]:
        """Hosts that a workload may run on."""
        hosts = self._open(workload, self.node_selector(name, workload))
        among = self.tied_to(name)
        return tuple(host for host in hosts if host in among) if among else hosts

    def is_unified(self, name: str) -> bool:
        """Whether a workload's GPU memory is main memory of its host."""
        rows = self._assigned[name]
        return bool(rows) and rows[0].host in self._resolved.unified
