"""Which ports of each host are in use before any workload has one: by k3s, the system, parts of the platform.

All are TCP, as hostPorts are. It doesn't matter that some listen on 127.0.0.1 only: a hostPort's rule comes first, for
every address that the host has, so a pod on the scheduler's port takes the scheduler's calls.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.planning.high_availability import API_SERVER
from pyfleet.planning.hosts import KUBELET, REGISTRY
from pyfleet.resolved.names import disabled_components
from pyfleet.resolved.taints import K3S_TOLERATES, tolerates_all

if TYPE_CHECKING:
    from pyfleet.planning.types.hosts import NodePlan
    from pyfleet.planning.types.whole import Plan
    from pyfleet.resolved import Resolved

# docs.k3s.io/installation/requirements, and what k3s and the kubelet listen on by themselves.
_OF_EVERY_HOST = {
    22: "sshd",
    6444: "k3s' own load balancer",
    10010: "containerd's streams",
    10248: "the kubelet's health",
    10249: "kube-proxy's metrics",
    KUBELET: "the kubelet",
    10256: "kube-proxy's health",
}
_OF_SERVERS = {
    API_SERVER: "the Kubernetes API",
    10257: "the controller manager",
    10258: "the cloud controller manager",
    10259: "the scheduler",
}
_OF_ETCD = {2379: "etcd", 2380: "etcd", 2381: "etcd's metrics", 2382: "etcd's HTTP API"}
_OF_REGISTRY = {REGISTRY: "the embedded registry", API_SERVER: "the embedded registry"}
_OF_NFS = {111: "rpcbind, for NFS"}
"""NixOS starts it wherever NFS is mounted."""

_SERVICE_LB_LABEL = "svccontroller.k3s.cattle.io/enablelb"
"""Once any host has it, ServiceLB runs only where it is `true`."""


def ports_in_use(plan: Plan) -> dict[str, dict[int, str]]:
    """Find the ports in use on each host, and by what; those of services on 127.0.0.1 are not among them."""
    return {node.name: _in_use(node, plan) for node in plan.nodes}


def _in_use(node: NodePlan, plan: Plan) -> dict[int, str]:
    k3s = plan.k3s.spec
    found: dict[int, str] = dict(plan.resolved.offers.host_network)
    if node.nfs and node.spec.os == "nixos":
        found |= _OF_NFS
    if k3s.embedded_registry:
        found |= _OF_REGISTRY
    if node.spec.role == "server":
        found |= _OF_SERVERS
        if k3s.datastore == "etcd":
            found |= _OF_ETCD
    return found | _OF_EVERY_HOST


def service_lb_hosts(resolved: Resolved) -> tuple[str, ...]:
    """Find the hosts on which ServiceLB opens the ports of load balancers; none where it is disabled."""
    if "servicelb" in disabled_components(resolved):
        return ()
    chosen = any(_SERVICE_LB_LABEL in labels for labels in resolved.labels.values())
    return tuple(
        name
        for name, host in resolved.fleet.hosts.items()
        if (not chosen or resolved.labels[name].get(_SERVICE_LB_LABEL) == "true") and tolerates_all(K3S_TOLERATES, host)
    )
