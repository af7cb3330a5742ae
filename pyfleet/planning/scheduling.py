"""Decide the labels and taints of nodes by which Kubernetes knows where a workload may run."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pyfleet.nvidia import DEVICE_PLUGIN_CONFIG
from pyfleet.placement.types import Assignment
from pyfleet.planning.types.workloads import WaitPlan
from pyfleet.resolved.labels import (
    ARCH,
    GPU_ALLOCATION,
    HOSTNAME,
    architecture_of,
    device_plugin_config_of,
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
        tight: frozenset[str] = frozenset(),
        without_cards: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        self._resolved = resolved
        self._tight = tight
        self._without_cards = without_cards or {}
        self._waits = waits
        self._taken = _taken_by_card(assignments)
        self._domain = resolved.fleet.cluster.domain
        self._assigned: dict[str, list[Assignment]] = defaultdict(list)
        for assignment in assignments:
            self._assigned[assignment.workload].append(assignment)
        # Hosts by the product that they have, to see where a product alone does not select the right hosts.
        self._mixed: set[str] = set()
        self._configs: dict[str, set[str]] = defaultdict(set)
        self._runtimes: dict[str, set[str]] = defaultdict(set)
        for name, host in resolved.fleet.hosts.items():
            for product in set(host.gpus):
                # Hosts with DRA have neither label, so selecting by either excludes them.
                self._configs[product].add("" if is_dra(host) else device_plugin_config_of(host))
                self._runtimes[product].add(runtime_class_of(host) or "")
                if resolved.must_pin(name) and len(set(host.gpus)) > 1:
                    self._mixed.add(product)

    def assignments_of(self, name: str) -> list[Assignment]:
        """Rows of the GPU matrix of one workload, by replica."""
        return self._assigned[name]

    def waits_of(self, name: str) -> tuple[WaitPlan, ...]:
        """What a workload waits for before it starts."""
        return self._waits.get(name, ())

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
        fleet file names one, where Kubernetes can't tell the cards apart, or where on one of the hosts main memory or
        CPUs can run out before cards: there another choice than the plan's could leave a later pod without room.
        """
        selector = self._resolved.selector_of(workload)
        rows = self._assigned[name]
        host = self._resolved.host_of(workload)
        if host is not None:
            return {**selector, HOSTNAME: host}
        selector |= self._one_architecture(workload, rows)
        if not rows:
            hosts = self._without_cards.get(name, ())
            return {**selector, HOSTNAME: hosts[0]} if len(hosts) == 1 else selector
        if self._resolved.must_pin(rows[0].host) and workload.size is None:
            return {**selector, HOSTNAME: rows[0].host}
        alike = {**selector, **self._class_of(rows[0])}
        if len({row.host for row in rows}) == 1 and self._tight.intersection(others := self._open(workload, alike)):
            return {**selector, HOSTNAME: rows[0].host} if len(others) > 1 else alike
        return alike

    def _open(self, workload: Workload, selector: dict[str, str]) -> list[str]:
        """Hosts with these labels whose taints, if they have any, the workload tolerates."""
        matching = self._resolved.hosts_matching(selector)
        if not self._resolved.tainted:
            return list(matching)
        tolerations = self._resolved.all_tolerations(workload)
        return [host for host in matching if tolerates_all(tolerations, self._resolved.fleet.hosts[host])]

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
        labels = {f"{self._domain}/has-{self._resolved.products[product].label}": "true"}
        if product in self._mixed:
            labels[f"{self._domain}/homogeneous"] = "true"
        if len(self._configs[product]) > 1:
            labels[DEVICE_PLUGIN_CONFIG] = device_plugin_config_of(host)
        runtime = runtime_class_of(host)
        if runtime and len(self._runtimes[product]) > 1:
            labels[f"{self._domain}/gpu-runtime"] = runtime
        return labels

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
        selector = self.node_selector(name, workload)
        return tuple(self._open(workload, selector))

    def is_unified(self, name: str) -> bool:
        """Whether a workload's GPU memory is main memory of its host."""
        rows = self._assigned[name]
        return bool(rows) and rows[0].host in self._resolved.unified
