"""Kueue's queues: flavours from the fleet's cards, quotas from its hosts, a local queue where a workload names one."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pyfleet.nvidia import GPU_RESOURCE
from pyfleet.parts.kueue.model import QUEUEING
from pyfleet.rendering.kubernetes.app import GPU_TOLERATION, App, Object, metadata
from pyfleet.resolved.gpus import plugin_hosts
from pyfleet.units import MIB, bytes_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.planning.types.whole import Plan
    from pyfleet.resolved import Resolved

API = "kueue.x-k8s.io/v1beta2"
FOLDER = "platform/queueing"


def apps(plan: Plan) -> Iterator[App]:
    """Render one cluster queue with all GPUs, and a local queue for each namespace that queues."""
    resolved = plan.resolved
    fleet = resolved.fleet
    queues = sorted({(w.namespace, w.queue) for w in fleet.workloads.values() if w.queue})
    groups = _hosts_by_cards(resolved)
    if QUEUEING.of(fleet) is None or not queues or not groups:
        return
    flavors = [_flavor(products, resolved) for products in sorted(groups)]
    quotas = {"-".join(products): _quota(hosts, resolved) for products, hosts in sorted(groups.items())}
    namespaces = sorted({namespace for namespace, _ in queues})
    cluster_queue = _cluster_queue(fleet.cluster.name, quotas, namespaces)
    yield App(FOLDER, (*flavors, cluster_queue, *(_local_queue(*queue, fleet.cluster.name) for queue in queues)))


def _hosts_by_cards(resolved: Resolved) -> dict[tuple[str, ...], list[str]]:
    """Group the hosts with the same kinds of cards. Kueue counts nvidia.com/gpu, which hosts with DRA don't have."""
    groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for name, host in plugin_hosts(resolved).items():
        groups[tuple(sorted(set(host.gpus)))].append(name)
    return groups


def _quota(hosts: list[str], resolved: Resolved) -> dict[str, str]:
    """Sum up these hosts' resources, in a fixed order: Kueue wants exactly the covered resources, in their order."""
    machines = [resolved.fleet.hosts[host] for host in hosts]
    memory = sum(bytes_of(machine.memory) for machine in machines if machine.memory)
    return {
        "cpu": str(sum(machine.cpus or 0 for machine in machines)),
        "memory": f"{memory // MIB}Mi",
        GPU_RESOURCE: str(sum(card.slots for host in hosts for card in resolved.cards[host])),
    }


def _flavor(products: tuple[str, ...], resolved: Resolved) -> Object:
    domain = resolved.fleet.cluster.domain
    labels = {f"{domain}/has-{resolved.products[product].label}": "true" for product in products}
    labels[f"{domain}/homogeneous"] = "true" if len(products) == 1 else "false"
    return {
        "apiVersion": API,
        "kind": "ResourceFlavor",
        "metadata": metadata("-".join(products)),
        "spec": {"nodeLabels": labels, "tolerations": [GPU_TOLERATION]},
    }


def _cluster_queue(name: str, quotas: dict[str, dict[str, str]], namespaces: list[str]) -> Object:
    chosen = {"key": "kubernetes.io/metadata.name", "operator": "In", "values": namespaces}
    flavors = [
        {
            "name": flavor,
            "resources": [{"name": resource, "nominalQuota": amount} for resource, amount in quota.items()],
        }
        for flavor, quota in quotas.items()
    ]
    return {
        "apiVersion": API,
        "kind": "ClusterQueue",
        "metadata": metadata(name),
        "spec": {
            "namespaceSelector": {"matchExpressions": [chosen]},
            "queueingStrategy": "BestEffortFIFO",
            "preemption": {"withinClusterQueue": "LowerPriority"},
            "resourceGroups": [{"coveredResources": list(next(iter(quotas.values()))), "flavors": flavors}],
        },
    }


def _local_queue(namespace: str, name: str, cluster_queue: str) -> Object:
    return {
        "apiVersion": API,
        "kind": "LocalQueue",
        "metadata": metadata(name, namespace),
        "spec": {"clusterQueue": cluster_queue},
    }
