"""Say why a pod without cards finds no room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.placement.lacking import crowded_out, too_much
from pyfleet.placement.types import Crowded, Unplaced
from pyfleet.placement.wording import in_the_way_of_taints

if TYPE_CHECKING:
    from pyfleet.placement.books import Books
    from pyfleet.placement.plain import Plain
    from pyfleet.resolved import Resolved

MOVE = "request less, move one of them to another host, or allow more hosts"
FEWER = "ask for fewer pods, allow more hosts, or raise `cluster.k3s.maxPods`"


class NoRoom:
    """Reasons, each workload's once, gathered while pods are booked."""

    def __init__(self, resolved: Resolved, books: Books) -> None:
        self._resolved = resolved
        self._books = books
        self._unplaced: dict[str, Unplaced] = {}
        self._crowded: dict[str, Crowded] = {}

    @property
    def unplaced(self) -> tuple[Unplaced, ...]:
        """Workloads that found no room."""
        return tuple(self._unplaced.values())

    @property
    def crowded(self) -> tuple[Crowded, ...]:
        """Pods of the platform that found none."""
        return tuple(self._crowded.values())

    def for_no_host(self, pod: Plain) -> bool:
        """Note a workload that may run nowhere because of taints; false, so that it isn't booked.

        Where it is because of labels, a check of the fleet has found it. Of the platform another check speaks.
        """
        if not pod.platform and pod.workload not in self._unplaced:
            workload = self._resolved.fleet.workloads[pod.workload]
            host = self._resolved.host_of(workload)
            matching = self._resolved.hosts_matching(self._resolved.selector_of(workload))
            tainted = [name for name in matching if host in {None, name}]
            if tainted:
                message, hint = in_the_way_of_taints(workload, tainted, self._resolved)
                self._unplaced[pod.workload] = Unplaced(pod.workload, "taints", message, hint)
        return False

    def beside_others(self, pod: Plain) -> None:
        """Note a pod that has no room beside those that are booked."""
        books = self._books
        name = pod.platform.name if pod.platform else pod.workload
        if name in self._unplaced or name in self._crowded:
            return

        alone = too_much(lambda host: pod.cost(books, host), pod.hosts, books.for_pods)
        resource, message = crowded_out(
            lambda host: pod.cost(books, host), pod.hosts, books.left, books.has, books.names.__getitem__
        )
        if pod.platform:
            self._crowded[name] = Crowded(name, alone[1] if alone else message)
        elif alone:
            self._unplaced[name] = Unplaced(name, "too much", alone[1], alone[2], alone[0])
        else:
            of_pods = f" for each of its {pod.pods} pods" if pod.pods > 1 else ""
            self._unplaced[name] = Unplaced(
                name, "full", message.replace(";", f"{of_pods};", 1), FEWER if resource == "pods" else MOVE, resource
            )
