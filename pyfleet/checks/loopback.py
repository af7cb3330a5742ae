"""F4xx: services of a host that listen on 127.0.0.1 only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.checks.host_ports import host_ports
from pyfleet.checks.registry import Finding, check
from pyfleet.planning.host_ports import ports_in_use, service_lb_hosts

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
    in_use, balancing = ports_in_use(plan), set(service_lb_hosts(resolved))
    for node in plan.nodes:
        taken = (
            {**in_use[node.name], **_of_pods(node.name, resolved, plan, balanced=node.name in balancing)}
            if node.loopback
            else {}
        )
        for name, service in resolved.fleet.hosts[node.name].loopback.items():
            other = taken.setdefault(service.publish, f"`{name}`")
            if other != f"`{name}`":
                yield Finding(
                    ("hosts", node.name, "loopback", name, "publish"),
                    f"{service.publish} on {node.name} belongs to {other}",
                    "choose another",
                )


def _of_pods(host: str, resolved: Resolved, plan: Plan, *, balanced: bool) -> dict[int, str]:
    """Find the ports that pods have on a host; `balanced`: ServiceLB runs there."""
    taken = dict(resolved.offers.on_hosts) if balanced else {}
    for each in host_ports(plan):
        if host in each.hosts:
            taken.setdefault(each.port, f"the hostPort of {each.workload.name}")
    for workload in plan.workloads:
        for port in workload.ports:
            if port.node_port:
                taken.setdefault(port.node_port, f"the nodePort of {workload.name}")
            if port.load_balancer and balanced:
                taken.setdefault(port.load_balancer, f"{workload.name}, by ServiceLB")
    return taken
