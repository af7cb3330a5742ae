"""kube-vip: pods on the servers, one of which holds the virtual address. The first server applies them by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.offers.pods import PlatformPods, daemon_pods
from pyfleet.rendering.kubernetes.app import Object, daemon_set, env_of_node, metadata, without_empty

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.model.cluster import VirtualAddress
    from pyfleet.planning.types.whole import Plan
    from pyfleet.resolved import Resolved

NAME = "kube-vip"
NAMESPACE = "kube-system"
LEASE = "plndr-cp-lock"  # kube-vip's own name for it
CONTROL_PLANE = "node-role.kubernetes.io/control-plane"
_RBAC = "rbac.authorization.k8s.io"


def kube_vip_objects(plan: Plan) -> list[Object]:
    """Render kube-vip, where the fleet uses it."""
    virtual = plan.resolved.fleet.cluster.virtual_address
    if virtual is None or virtual.by != "kube-vip":
        return []
    return [*_access(), _daemon_set(_container(virtual, plan.k3s.kube_vip_interface))]


def pods(resolved: Resolved) -> Iterator[PlatformPods]:
    """List what it books on the servers."""
    hosts, virtual = resolved.fleet.hosts, resolved.fleet.cluster.virtual_address
    if virtual and virtual.by == "kube-vip":
        servers = [name for name, host in hosts.items() if host.role == "server"]
        yield daemon_pods(NAME, {"containers": [_container(virtual, None)]}, servers)


def _access() -> list[Object]:
    """Allow it the lease of its leader election. It moves one address and no Services, so it needs nothing else."""
    leases = {"apiGroups": ["coordination.k8s.io"], "resources": ["leases"]}
    # RBAC can't limit `create` to a name: the object doesn't have one yet.
    rules = [{**leases, "verbs": ["create"]}, {**leases, "resourceNames": [LEASE], "verbs": ["get", "update"]}]
    return [
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata(NAME, NAMESPACE)},
        {"apiVersion": f"{_RBAC}/v1", "kind": "Role", "metadata": metadata(NAME, NAMESPACE), "rules": rules},
        {
            "apiVersion": f"{_RBAC}/v1",
            "kind": "RoleBinding",
            "metadata": metadata(NAME, NAMESPACE),
            "roleRef": {"apiGroup": _RBAC, "kind": "Role", "name": NAME},
            "subjects": [{"kind": "ServiceAccount", "name": NAME, "namespace": NAMESPACE}],
        },
    ]


def _daemon_set(container: Object) -> Object:
    pod = {
        "priorityClassName": "system-node-critical",
        "serviceAccountName": NAME,
        "hostNetwork": True,
        "affinity": {"nodeAffinity": _SERVERS},
        "tolerations": [{"operator": "Exists"}],
        "containers": [container],
    }
    return daemon_set(NAME, NAMESPACE, pod)


_SERVERS = {
    "requiredDuringSchedulingIgnoredDuringExecution": {
        "nodeSelectorTerms": [{"matchExpressions": [{"key": CONTROL_PLANE, "operator": "Exists"}]}]
    }
}


def _container(virtual: VirtualAddress, interface: str | None) -> Object:
    settings = without_empty(
        address=virtual.address,
        port="6443",
        cp_enable="true",
        cp_namespace=NAMESPACE,
        vip_arp="true",
        vip_leaderelection="true",
        vip_interface=interface,
        vip_subnet="32",
        # Each uses the API server of its own host, so one whose API server is down loses the election. Through the
        # cluster's Service it would renew its lease at another server, and keep an address where nothing answers.
        KUBERNETES_SERVICE_HOST="127.0.0.1",
        KUBERNETES_SERVICE_PORT="6443",
    )
    return {
        "name": NAME,
        "image": virtual.image,
        # By default its metrics are on port 2112 of all the host's addresses.
        "args": ["manager", "--prometheusHTTPServer="],
        "env": [
            env_of_node("vip_nodename"),
            *({"name": name, "value": value} for name, value in settings.items()),
        ],
        "resources": {"requests": {"cpu": "10m", "memory": "32Mi"}, "limits": {"memory": "128Mi"}},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"add": ["NET_ADMIN", "NET_RAW"], "drop": ["ALL"]},
        },
    }
