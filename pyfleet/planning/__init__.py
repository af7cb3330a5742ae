"""Make every choice: which server is first, which card a workload gets, what each probe allows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pyfleet.placement import place
from pyfleet.planning.device_plugin import device_plugin_plan, plugin_runtimes
from pyfleet.planning.hosts import k3s_plan, node_plans
from pyfleet.planning.platform.bounds import priority_plans, quota_plans
from pyfleet.planning.platform.certificates import certificates_plan
from pyfleet.planning.platform.charts import chart_plans
from pyfleet.planning.platform.gitops import gitops_plan
from pyfleet.planning.platform.load_balancer import metallb_plan
from pyfleet.planning.platform.monitoring import monitoring_plan
from pyfleet.planning.platform.queueing import queueing_plan
from pyfleet.planning.platform.routes import route_plans
from pyfleet.planning.platform.secrets import secrets_plan
from pyfleet.planning.platform.traefik import traefik_plan
from pyfleet.planning.platform.tunnel import tunnel_plan
from pyfleet.planning.scheduling import Scheduling
from pyfleet.planning.services import external_services
from pyfleet.planning.start_order import start_order, with_start_order
from pyfleet.planning.storage import nfs_hosts, storage_plans
from pyfleet.planning.types.whole import Plan
from pyfleet.planning.workloads import workload_plan
from pyfleet.resolved import Resolved

if TYPE_CHECKING:
    from pyfleet.model.fleet import Fleet
    from pyfleet.planning.types.gpus import DevicePluginPlan
    from pyfleet.planning.types.network import TunnelPlan
    from pyfleet.planning.types.platform import ChartPlan

__all__ = ["Plan", "manifest_file", "plan"]

_KUBERNETES_OWN = frozenset({"default", "kube-system", "kube-public", "kube-node-lease"})


def plan(fleet: Fleet) -> Plan:
    """Decide everything about a fleet that has passed its checks.

    Returns:
        The plan. GPU workloads that fit nowhere are in `unplaced`; `check` reports them as errors.
    """
    resolved = Resolved(fleet)
    placement = place(resolved)
    waits = start_order(resolved, placement.assignments)
    assignments = with_start_order(placement.assignments, waits)
    scheduling = Scheduling(resolved, assignments, waits)
    storage = storage_plans(fleet)
    workload_hosts = {name: scheduling.hosts_of(name, workload) for name, workload in fleet.workloads.items()}
    workloads = tuple(
        workload_plan(name, workload, resolved, scheduling, storage)
        for name, workload in sorted(fleet.workloads.items())
    )
    nodes = node_plans(resolved, nfs_hosts(fleet, workload_hosts))
    charts = chart_plans(resolved)
    services = external_services(fleet)
    device_plugin = device_plugin_plan(resolved)
    routes = route_plans(resolved, workloads)
    tunnel = tunnel_plan(resolved, routes)
    monitoring = monitoring_plan(resolved, workloads)
    secrets = secrets_plan(resolved)
    namespaces = _namespaces(fleet, charts, device_plugin, tunnel)
    return Plan(
        cluster=fleet.cluster.name,
        domain=fleet.cluster.domain,
        admins=tuple(fleet.cluster.admins),
        k3s=k3s_plan(fleet),
        nodes=nodes,
        assignments=assignments,
        cards=placement.cards,
        unplaced=placement.unplaced,
        namespaces=namespaces,
        # k3s makes the class `nvidia` by itself, but none for the `nvidia-cdi` handler that it finds.
        runtime_classes=tuple(runtime for runtime in plugin_runtimes(resolved) if runtime != "nvidia"),
        priorities=priority_plans(fleet),
        quotas=quota_plans(resolved, assignments),
        storage=tuple(storage.values()),
        device_plugin=device_plugin,
        queueing=queueing_plan(resolved),
        charts=charts,
        workloads=workloads,
        manifests=_manifests(fleet),
        services=services,
        routes=routes,
        metallb=metallb_plan(resolved),
        traefik=traefik_plan(resolved),
        certificates=certificates_plan(resolved),
        secrets=secrets,
        monitoring=monitoring,
        tunnel=tunnel,
        gitops=gitops_plan(resolved, charts, secrets),
    )


def _namespaces(
    fleet: Fleet, charts: tuple[ChartPlan, ...], device_plugin: DevicePluginPlan | None, tunnel: TunnelPlan | None
) -> tuple[str, ...]:
    """Decide the namespaces that are made: all that anything stands in, but for Kubernetes' own.

    Those of charts too: what stands beside a chart, such as its Secret, must not wait for the chart.
    """
    used = {workload.namespace for workload in fleet.workloads.values()}
    used |= {service.namespace for service in fleet.services.values()}
    used |= {chart.namespace for chart in charts} | set(fleet.quotas)
    used |= {part.namespace for part in (device_plugin, tunnel) if part}
    return tuple(sorted(used - _KUBERNETES_OWN))


def _manifests(fleet: Fleet) -> tuple[tuple[str, str | dict[str, Any]], ...]:
    return tuple(
        (
            manifest_file(index, manifest),
            fleet.manifest_files[manifest] if isinstance(manifest, str) else manifest,
        )
        for index, manifest in enumerate(fleet.manifests)
    )


def manifest_file(index: int, manifest: str | dict[str, Any]) -> str:
    """Name a raw manifest's file: by its own name, or after the object."""
    if isinstance(manifest, str):
        return _plain(manifest.rpartition(".")[0]) + ".yaml"
    metadata = manifest.get("metadata")
    title = metadata.get("name", index) if isinstance(metadata, dict) else index
    return _plain(f"{manifest.get('kind', 'object')}-{title}".lower()) + ".yaml"


def _plain(text: str) -> str:
    """Keep what is safe in a file's name."""
    return "-".join(re.findall(r"[A-Za-z0-9_.]+", text)).lstrip(".-")
