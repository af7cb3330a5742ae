"""F4xx: services of a host that listen on 127.0.0.1 only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.checks.network import taken_on_hosts
from pyfleet.checks.registry import Finding, check
from pyfleet.resolved.names import disabled_components

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.planning.types.whole import Plan
    from pyfleet.resolved import Resolved


@check("F425", needs="plan")
def published_where_something_listens(resolved: Resolved, plan: Plan) -> Iterator[Finding]:
    """A service of 127.0.0.1 published on a port of the host that is already in use.

    Where k3s, Traefik or another service listens on it, the second one doesn't start. A hostPort is worse: its rule
    comes first, so the pod silently answers in place of the service. The service's own port is fine, since 127.0.0.1 is
    another address.
    """
    for node in plan.nodes:
        taken = {**taken_on_hosts(resolved), **_of_workloads(node.name, resolved, plan)} if node.loopback else {}
        for name, service in resolved.fleet.hosts[node.name].loopback.items():
            other = taken.setdefault(service.publish, f"`{name}`")
            if other != f"`{name}`":
                yield Finding(
                    ("hosts", node.name, "loopback", name, "publish"),
                    f"{service.publish} on {node.name} belongs to {other}",
                    "choose another",
                )


def _of_workloads(host: str, resolved: Resolved, plan: Plan) -> dict[int, str]:
    """Find the ports that pods have on a host."""
    balanced = "servicelb" not in disabled_components(resolved)
    taken = dict(resolved.offers.on_hosts) if balanced else {}
    for workload in plan.workloads:
        may_run_here = host in resolved.hosts_matching(workload.node_selector)
        for port in workload.ports:
            if port.host_port and may_run_here:
                taken.setdefault(port.host_port, f"the hostPort of {workload.name}")
            if port.node_port:
                taken.setdefault(port.node_port, f"the nodePort of {workload.name}")
            if port.load_balancer and balanced:
                taken.setdefault(port.load_balancer, f"{workload.name}, by ServiceLB")
    return taken
