"""Decide how Kubernetes is told where a workload may run."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pyfleet.planning.labels import DEVICE_PLUGIN_CONFIG, HOSTNAME, device_plugin_config_of, runtime_class_of
from pyfleet.planning.types import Assignment

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyfleet.model.workloads import Workload
    from pyfleet.planning.inventory import Inventory


class Scheduling:
    """Where each workload may run, as labels of nodes."""

    def __init__(self, inventory: Inventory, assignments: Iterable[Assignment]) -> None:
        self._inventory = inventory
        self._domain = inventory.fleet.cluster.domain
        self._assigned: dict[str, list[Assignment]] = defaultdict(list)
        for assignment in assignments:
            self._assigned[assignment.workload].append(assignment)
        # Hosts by product that they have, to see when a product alone does not single out the right ones.
        self._mixed: set[str] = set()
        self._configs: dict[str, set[str]] = defaultdict(set)
        self._runtimes: dict[str, set[str]] = defaultdict(set)
        for name, host in inventory.fleet.hosts.items():
            for product in set(host.gpus):
                self._configs[product].add(device_plugin_config_of(host))
                self._runtimes[product].add(runtime_class_of(host))
                if not inventory.is_uniform(name) and len(set(host.gpus)) > 1:
                    self._mixed.add(product)

    def assignments_of(self, name: str) -> list[Assignment]:
        """Rows of the GPU matrix of one workload, by replica."""
        return self._assigned[name]

    def node_selector(self, name: str, workload: Workload) -> dict[str, str]:
        """Labels that a workload's node must have.

        The scheduler keeps its freedom among hosts with the planned kind of card; a workload is tied to its host
        where the fleet says so, or where Kubernetes can't tell the cards apart.
        """
        selector = self._inventory.selector_of(workload)
        rows = self._assigned[name]
        host = self._inventory.host_of(workload)
        if host is not None:
            return {**selector, HOSTNAME: host}
        if not rows:
            return selector
        if not self._inventory.is_uniform(rows[0].host):
            return {**selector, HOSTNAME: rows[0].host}
        return {**selector, **self._class_of(rows[0])}

    def _class_of(self, row: Assignment) -> dict[str, str]:
        """Labels that single out the hosts with the same cards, given out in the same way."""
        product = row.product[0]
        host = self._inventory.fleet.hosts[row.host]
        labels = {f"{self._domain}/has-{self._inventory.products[product].label}": "true"}
        if product in self._mixed:
            labels[f"{self._domain}/homogeneous"] = "true"
        if len(self._configs[product]) > 1:
            labels[DEVICE_PLUGIN_CONFIG] = device_plugin_config_of(host)
        if len(self._runtimes[product]) > 1:
            labels[f"{self._domain}/gpu-runtime"] = runtime_class_of(host)
        return labels

    def runtime_class(self, name: str) -> str | None:
        """RuntimeClass of a GPU workload, after the host it is placed on."""
        rows = self._assigned[name]
        return runtime_class_of(self._inventory.fleet.hosts[rows[0].host]) if rows else None

    def visible_devices(self, name: str) -> str | None:
        """Cards that a pinned workload sees.

        The kubelet appends a pod's own environment after the device plugin's, so this wins over the plugin's choice.
        """
        rows = self._assigned[name]
        return ",".join(str(card) for card in rows[0].cards) if rows and rows[0].pinned else None

    def hosts_of(self, name: str, workload: Workload) -> tuple[str, ...]:
        """Hosts that a workload may run on."""
        selector = self.node_selector(name, workload)
        host = selector.pop(HOSTNAME, None)
        if host is not None:
            return (host,) if host in self._inventory.fleet.hosts else ()
        return self._inventory.hosts_matching(selector)
