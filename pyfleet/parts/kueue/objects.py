"""Kueue's queues: flavours from the fleet's cards, quotas from its hosts, a local queue where a workload names one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.nvidia import DEVICE_PLUGIN_CONFIG, GPU_RESOURCE, RUNTIMES
from pyfleet.parts.kueue.model import QUEUEING
from pyfleet.rendering.kubernetes.app import GPU_TOLERATION, App, Object, metadata, quantities, without_empty
from pyfleet.resolved.gpus import plugin_hosts
from pyfleet.resolved.labels import GPU_CARDS, GPU_RUNTIME, NOT_SHARED, class_labels
from pyfleet.units import MIB, bytes_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.planning.types.whole import Plan
    from pyfleet.resolved import Resolved

API = "kueue.x-k8s.io/v1beta2"
FOLDER = "platform/queueing"
ANY_HOST = "any-host"
"""Flavor of jobs without a card."""
USUAL = (NOT_SHARED, RUNTIMES["nixos"])
"""Ways of giving out cards that aren't part of a flavor's name."""
GPU_TAINT: Object = {"key": GPU_RESOURCE, "value": "present", "effect": "NoSchedule"}


def apps(plan: Plan) -> Iterator[App]:
    """Render one cluster queue with all GPUs, and a local queue for each namespace that queues."""
    resolved = plan.resolved
    fleet = resolved.fleet
    queued = [workload for workload in fleet.workloads.values() if workload.queue]
    classes = _hosts_by_class(resolved)
    if QUEUEING.of(fleet) is None or not queued or not classes:
        return
    without_cards = any(workload.gpu is None for workload in queued)
    flavors, quotas = {}, {}
    if without_cards:
        flavors[ANY_HOST] = _resource_flavor(ANY_HOST, {})
        quotas[ANY_HOST] = {**_quota(list(fleet.hosts), resolved), GPU_RESOURCE: "0"}
    for name, (labels, hosts) in classes.items():
        flavors[name] = _flavor(name, labels, closed=without_cards)
        quotas[name] = _quota(hosts, resolved)
    queues = sorted({(workload.namespace, workload.queue or "") for workload in queued})
    namespaces = sorted({namespace for namespace, _ in queues})
    cluster_queue = _cluster_queue(fleet.cluster.name, quotas, namespaces)
    local_queues = (_local_queue(*queue, fleet.cluster.name) for queue in queues)
    yield App(FOLDER, (*flavors.values(), cluster_queue, *local_queues))


def _hosts_by_class(resolved: Resolved) -> dict[str, tuple[dict[str, str], list[str]]]:
    """Group the hosts with the same kinds of cards, given out alike, by the name of their flavor.

    Kueue counts nvidia.com/gpu, which hosts with DRA don't have.
    """
    domain = resolved.fleet.cluster.domain
    classes: dict[str, tuple[dict[str, str], list[str]]] = {}
    for host in plugin_hosts(resolved):
        labels = class_labels(resolved.labels[host], domain)
        classes.setdefault(_flavor_name(labels, domain), (labels, []))[1].append(host)
    return dict(sorted(classes.items()))


def _flavor_name(labels: dict[str, str], domain: str) -> str:
    """Name a flavor by its cards, and by how they are given out where that isn't the usual way."""
    ways = [labels[DEVICE_PLUGIN_CONFIG], labels[f"{domain}/{GPU_RUNTIME}"]]
    return "-".join([labels[f"{domain}/{GPU_CARDS}"], *(way for way in ways if way not in USUAL)])


def _quota(hosts: list[str], resolved: Resolved) -> dict[str, str]:
    """Sum up these hosts' resources, in a fixed order: Kueue wants exactly the covered resources, in their order.

    Kueue writes the queue anew when it finds it, and spells its quantities as the API server would.
    """
    machines = [resolved.fleet.hosts[host] for host in hosts]
    memory = sum(bytes_of(machine.memory) for machine in machines if machine.memory)
    amounts = {
        "cpu": str(sum(machine.cpus or 0 for machine in machines)),
        "memory": f"{memory // MIB}Mi",
        GPU_RESOURCE: str(sum(card.slots for host in hosts for card in resolved.cards.get(host, ()))),
    }
    return quantities(amounts)


def _flavor(name: str, labels: dict[str, str], *, closed: bool) -> Object:
    """Render a flavor. Kueue rules one out by the flavor's own keys only, so that all have the same keys.

    `closed`: it is not for jobs without a card. Such a job would be tied to hosts that it doesn't need.
    """
    if closed:
        return _resource_flavor(name, {"nodeLabels": labels, "nodeTaints": [GPU_TAINT]})
    return _resource_flavor(name, {"nodeLabels": labels, "tolerations": [GPU_TOLERATION]})


def _resource_flavor(name: str, spec: Object) -> Object:
    return {"apiVersion": API, "kind": "ResourceFlavor", "metadata": metadata(name), **without_empty(spec=spec)}


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
