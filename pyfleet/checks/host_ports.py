"""F4xx: ports of hosts that pods have."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyfleet.checks.registry import Finding, check
from pyfleet.placement.demands import pods_of, turn_of
from pyfleet.planning.host_ports import ports_in_use, service_lb_hosts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pyfleet.checks.registry import Path
    from pyfleet.planning.types.whole import Plan
    from pyfleet.planning.types.workloads import WorkloadPlan
    from pyfleet.resolved import Resolved

FEW = 3
"""Hosts that a message names; of more it says how many there are."""


@dataclass(frozen=True, slots=True, eq=False)
class HostPort:
    """A port of the host that each pod of a workload has."""

    workload: WorkloadPlan
    port: int
    place: Path
    hosts: tuple[str, ...]
    """Where its pods may run."""

    @property
    def pods(self) -> int:
        """Count the pods that have it: of a group only the leader has ports."""
        spec = self.workload.spec
        return pods_of(spec) // (spec.size or 1)


def host_ports(plan: Plan) -> Iterator[HostPort]:
    """Find the ports of hosts that workloads have: by `expose.hostPort`, or by a patch to share the host's network."""
    for workload in plan.workloads:
        patch = _with_host_network(workload)
        for port in workload.ports:
            if port.host_port is not None:
                yield HostPort(
                    workload, port.host_port, ("workloads", workload.name, "expose", "hostPort"), workload.hosts
                )
            if patch is not None and port.port != port.host_port:
                yield HostPort(workload, port.port, ("workloads", workload.name, "patches", patch), workload.hosts)


def _with_host_network(workload: WorkloadPlan) -> int | None:
    """Find the patch by which its pods share the host's network: all of their ports are the host's then."""
    return next((index for index, patch in enumerate(workload.spec.patches) if _shares_network(patch)), None)


def _shares_network(patch: object) -> bool:
    """Whether a part of a patch has `hostNetwork: true`; each kind of workload has its pods at another depth."""
    if isinstance(patch, dict):
        return patch.get("hostNetwork") is True or any(map(_shares_network, patch.values()))
    return isinstance(patch, list) and any(map(_shares_network, patch))


def ports_of_services(resolved: Resolved) -> dict[tuple[str, int], str]:
    """Find the ports of hosts on which a service outside the cluster runs: it may be on one of its machines."""
    hosts = {host.address: name for name, host in resolved.fleet.hosts.items()}
    return {
        (hosts[service.address], service.port): f"service {name}"
        for name, service in resolved.fleet.services.items()
        if service.address in hosts
    }


@check("F403", needs="plan")
def host_port_given_twice(_resolved: Resolved, plan: Plan) -> Iterator[Finding]:
    """More pods with one hostPort than hosts that they may run on.

    A host has each of its ports once. In one fleet two services wanted port 8000 of one machine; two replicas of one
    workload do so as well. One of their pods stays Pending; which one, depends on the order in which they start after a
    reboot. Jobs, and what is scaled to zero until it is wanted, only have to find a host beside what always runs.
    """
    taken: dict[int, Seats] = {}
    for each in host_ports(plan):
        seats = taken.setdefault(each.port, Seats())
        stays = turn_of(each.workload.spec) == "always"
        missing = seats.missing(each.workload.name, each.hosts, each.pods, stays=stays)
        if missing and each.hosts:
            yield Finding(each.place, *_too_many(each, seats))


def _too_many(each: HostPort, seats: Seats) -> tuple[str, str]:
    others = sorted({who for host in each.hosts if (who := seats.holders.get(host)) not in {None, each.workload.name}})
    if others:
        where = f"on {each.hosts[0]}" if len(each.hosts) == 1 else f"on {_listed(each.hosts, 'hosts')}"
        message = f"{each.port} {where} is also the hostPort of {_listed(others, 'workloads')}"
        return message, "give one of them another port, or another host"
    message = (
        f"{each.pods} pods with hostPort {each.port} may run on {_listed(each.hosts, 'hosts')} only: one pod on a host"
    )
    return message, "have fewer replicas, or a Service in place of the hostPort: `expose: {nodePort: ...}`"


def _listed(names: Sequence[str], what: str) -> str:
    return ", ".join(names) if len(names) <= FEW else f"{len(names)} {what}"


@dataclass(slots=True)
class Seats:
    """Who has one port of which host: as many pods as possible, by moving those that may run elsewhere."""

    holders: dict[str, str] = field(default_factory=dict)
    """The workload by its host."""
    _choices: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def missing(self, workload: str, hosts: tuple[str, ...], pods: int, *, stays: bool) -> bool:
        """Seat the pods of a workload; whether one finds no host. Those that don't stay leave it again."""
        before = dict(self.holders)
        self._choices[workload] = hosts
        seated = all(self._seat(workload) for _ in range(pods))
        if not seated or not stays:
            self.holders = before
        return not seated

    def _seat(self, workload: str) -> bool:
        """Seat one more pod: on a free host, or on one whose holder finds another, and so on."""
        came_from: dict[str, str | None] = {}
        waiting: deque[tuple[str | None, str]] = deque([(None, workload)])
        while waiting:
            left, who = waiting.popleft()
            for host in self._choices[who]:
                if host in came_from:
                    continue
                came_from[host] = left
                if host not in self.holders:
                    self._move(host, came_from, workload)
                    return True
                waiting.append((host, self.holders[host]))
        return False

    def _move(self, free: str, came_from: dict[str, str | None], workload: str) -> None:
        """Move each on the way to the free host by one place."""
        here: str | None = free
        while here is not None:
            before = came_from[here]
            self.holders[here] = workload if before is None else self.holders[before]
            here = before


@check("F405", needs="plan")
def host_port_that_is_in_use(resolved: Resolved, plan: Plan) -> Iterator[Finding]:
    """A hostPort that something else has on a host where the pod may run.

    Against k3s, the kubelet or sshd the pod wins: its rule comes first, so it takes their calls, and a pod on port 22
    locks the admin out. So it does against what runs beside Kubernetes, under `services`. Against another pod that has
    the port, such as the node exporter or Traefik behind ServiceLB, one of the two stays Pending. The same number is
    free on hosts where nothing has it: etcd's on agents, Traefik's with MetalLB, which has addresses of its own.
    """
    in_use, outside = ports_in_use(plan), ports_of_services(resolved)
    balanced = set(service_lb_hosts(resolved))
    node_ports = {port.node_port: workload.name for workload in plan.workloads for port in workload.ports}
    for each in host_ports(plan):
        found: dict[str, list[str]] = {}
        for host in each.hosts:
            what = in_use[host].get(each.port) or outside.get((host, each.port))
            if what is None and host in balanced:
                what = resolved.offers.on_hosts.get(each.port)
            if what is None and node_ports.get(each.port, each.workload.name) != each.workload.name:
                what = f"the nodePort of {node_ports[each.port]}"
            if what:
                found.setdefault(what, []).append(host)
        for what, hosts in found.items():
            everywhere = len(hosts) == len(resolved.fleet.hosts)
            where = "" if everywhere else f" on {_listed(hosts, 'of the hosts')}"
            away = "" if len(hosts) == len(each.hosts) else ", or keep it off there by `host` or `nodeSelector`"
            yield Finding(each.place, f"{each.port} belongs to {what}{where}", f"choose another{away}")


@check("F432", needs="plan")
def other_port_in_the_hosts_network(_resolved: Resolved, plan: Plan) -> Iterator[Finding]:
    """A hostPort of pods in the host's network that isn't the port itself: Kubernetes refuses them.

    A patch with `hostNetwork: true` puts pods there. Then a port of the pod is a port of the host, and nothing passes
    one on to another.
    """
    for workload in plan.workloads:
        if _with_host_network(workload) is not None:
            for port in workload.ports:
                if port.host_port not in {None, port.port}:
                    yield Finding(
                        ("workloads", workload.name, "expose", "hostPort"),
                        f"{port.host_port} is not port {port.name}, {port.port}, in the host's network",
                        "remove it: the host has the pod's own ports",
                    )
