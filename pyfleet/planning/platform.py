"""Decide what runs for the workloads' sake: device plugin, priorities, quotas, queues, charts."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from pyfleet.planning.labels import GPU_PRESENT, device_plugin_config_of, replicas_of, runtime_class_of
from pyfleet.planning.types import (
    ChartPlan,
    DevicePluginPlan,
    DevicePluginVariant,
    FlavorPlan,
    PriorityPlan,
    QueueingPlan,
    QuotaPlan,
)
from pyfleet.planning.workloads import GPU_RESOURCE
from pyfleet.units import MIB, bytes_of

if TYPE_CHECKING:
    from pyfleet.model.fleet import Fleet
    from pyfleet.planning.inventory import Inventory

# On NixOS the toolkit names CDI devices by index, and the plugin has to ask for the same names; elsewhere its own
# default is right ("unresolvable CDI devices nvidia.com/gpu=GPU-...").
_DEVICE_ID_STRATEGY = {"nvidia-cdi": "index", "nvidia": "uuid"}


def device_plugin_plan(inventory: Inventory) -> DevicePluginPlan | None:
    """Decide the device plugin: a variant for each GPU runtime, a configuration for each way of sharing."""
    hosts = [inventory.fleet.hosts[name] for name in inventory.cards]
    if not hosts:
        return None
    domain = inventory.fleet.cluster.domain
    runtimes = sorted({runtime_class_of(host) for host in hosts})
    variants = tuple(
        DevicePluginVariant(
            name="nvidia-device-plugin" if len(runtimes) == 1 else f"nvidia-device-plugin-{runtime}",
            runtime_class=runtime,
            device_id_strategy=_DEVICE_ID_STRATEGY[runtime],
            node_selector={GPU_PRESENT: "true", f"{domain}/gpu-runtime": runtime},
        )
        for runtime in runtimes
    )
    configs: dict[str, dict[str, Any]] = {"default": {"version": "v1"}}
    for host in hosts:
        if host.sharing:
            configs[device_plugin_config_of(host)] = {
                "version": "v1",
                "sharing": {
                    "timeSlicing": {
                        "failRequestsGreaterThanOne": True,
                        "resources": [{"name": GPU_RESOURCE, "replicas": replicas_of(host)}],
                    }
                },
            }
    version = inventory.fleet.platform.gpu.device_plugin_version
    return DevicePluginPlan(f"nvcr.io/nvidia/k8s-device-plugin:{version}", variants, dict(sorted(configs.items())))


def priority_plans(fleet: Fleet) -> tuple[PriorityPlan, ...]:
    """Decide priority classes, the highest first."""
    ordered = sorted(fleet.priorities.items(), key=lambda item: (-item[1].value, item[0]))
    return tuple(PriorityPlan(name, p.value, p.default, p.description) for name, p in ordered)


def quota_plans(inventory: Inventory) -> tuple[QuotaPlan, ...]:
    """Decide quotas: of GPUs what the namespace's workloads ask for, but no more than there are."""
    fleet = inventory.fleet
    asked: dict[str, int] = defaultdict(int)
    for workload in fleet.workloads.values():
        if workload.gpu:
            replicas = 1 if workload.replicas is None else max(1, workload.replicas)
            asked[workload.namespace] += workload.gpu.count * replicas
    advertised = sum(card.slots for cards in inventory.cards.values() for card in cards)
    plans = []
    for namespace in sorted({*asked, *fleet.quotas}):
        hard = {}
        if asked[namespace]:
            # Extended resources know no overcommit: Kubernetes refuses a quota on `limits.` of them.
            hard[f"requests.{GPU_RESOURCE}"] = str(min(asked[namespace], advertised))
        quota = fleet.quotas.get(namespace)
        if quota and quota.requests_memory:
            hard["requests.memory"] = quota.requests_memory
        if quota and quota.limits_memory:
            hard["limits.memory"] = quota.limits_memory
        if hard:
            plans.append(QuotaPlan(namespace, hard))
    return tuple(plans)


def queueing_plan(inventory: Inventory) -> QueueingPlan | None:
    """Decide Kueue's queues: one cluster queue with all GPUs, a local queue for each namespace that queues."""
    fleet = inventory.fleet
    queues = sorted({(w.namespace, w.queue) for w in fleet.workloads.values() if w.queue})
    if fleet.platform.queueing is None or not queues:
        return None
    groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for host in inventory.cards:
        groups[tuple(sorted(set(fleet.hosts[host].gpus)))].append(host)
    flavors = tuple(_flavor(products, hosts, inventory) for products, hosts in sorted(groups.items()))
    namespaces = tuple(sorted({namespace for namespace, _ in queues}))
    return QueueingPlan(fleet.cluster.name, flavors, tuple(queues), namespaces)


def _flavor(products: tuple[str, ...], hosts: list[str], inventory: Inventory) -> FlavorPlan:
    domain = inventory.fleet.cluster.domain
    labels = {f"{domain}/has-{inventory.products[product].label}": "true" for product in products}
    labels[f"{domain}/homogeneous"] = "true" if len(products) == 1 else "false"
    machines = [inventory.fleet.hosts[host] for host in hosts]
    memory = sum(bytes_of(machine.memory) for machine in machines if machine.memory)
    return FlavorPlan(
        name="-".join(products),
        node_labels=labels,
        # In this order in every flavour: Kueue wants exactly the covered resources, in the same order.
        quota={
            "cpu": str(sum(machine.cpus or 0 for machine in machines)),
            "memory": f"{memory // MIB}Mi",
            GPU_RESOURCE: str(sum(card.slots for host in hosts for card in inventory.cards[host])),
        },
    )


def chart_plans(inventory: Inventory) -> tuple[ChartPlan, ...]:
    """Decide charts: the fleet's own, and those of the platform's parts that it asks for."""
    fleet = inventory.fleet
    charts = dict(fleet.charts)
    if fleet.platform.queueing and "kueue" not in charts:
        known = inventory.charts["kueue"]
        version = fleet.platform.queueing.kueue.version or known.version
        charts["kueue"] = known.model_copy(update={"version": version})
    return tuple(
        ChartPlan(name, c.repo, c.chart, c.version, c.namespace, c.values) for name, c in sorted(charts.items())
    )
