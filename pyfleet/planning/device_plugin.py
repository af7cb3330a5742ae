"""Decide NVIDIA's device plugin: who runs which variant, its configurations, and the daemon that MPS needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyfleet.planning.types.gpus import DevicePluginPlan, DevicePluginVariant, MpsDaemonPlan
from pyfleet.planning.workloads import GPU_RESOURCE
from pyfleet.resolved.labels import (
    GPU_PRESENT,
    MPS_CAPABLE,
    device_plugin_config_of,
    is_dra,
    replicas_of,
    runtime_class_of,
)

if TYPE_CHECKING:
    from pyfleet.model.hosts import Host, Sharing
    from pyfleet.resolved import Resolved

# On NixOS the toolkit names CDI devices by index, and the plugin has to ask for the same names; elsewhere its own
# default is right ("unresolvable CDI devices nvidia.com/gpu=GPU-...").
DEVICE_ID_STRATEGY = {"nvidia-cdi": "index", "nvidia": "uuid"}
NAMESPACE = "kube-system"
CONFIG_MAP = "nvidia-device-plugin"
OPERATOR = "gpu-operator"
MPS_ROOT = "/run/nvidia/mps"
"""Directory of the host in which MPS keeps pipes, logs and shared memory."""


def plugin_hosts(resolved: Resolved) -> list[Host]:
    """Hosts with cards that the device plugin gives out."""
    hosts = (resolved.fleet.hosts[name] for name in resolved.cards)
    return [host for host in hosts if not is_dra(host)]


def plugin_runtimes(resolved: Resolved) -> list[str]:
    """RuntimeClasses of those hosts."""
    return sorted({runtime for host in plugin_hosts(resolved) if (runtime := runtime_class_of(host))})


def operator_namespace(resolved: Resolved) -> str:
    """Name the namespace that the GPU operator is installed in."""
    return resolved.chart_of(OPERATOR).namespace


def device_plugin_plan(resolved: Resolved) -> DevicePluginPlan | None:
    """Decide the device plugin: a variant for each GPU runtime, a configuration for each way of sharing."""
    gpu = resolved.fleet.platform.gpu
    runtimes = plugin_runtimes(resolved)
    if not runtimes:
        return None
    image = f"nvcr.io/nvidia/k8s-device-plugin:{gpu.device_plugin_version}"
    configs = plugin_configs(resolved)
    if gpu.operator:
        return DevicePluginPlan(image, operator_namespace(resolved), (), configs)
    domain = resolved.fleet.cluster.domain
    shared = {runtime_class_of(host) for host in plugin_hosts(resolved) if host.sharing and host.sharing.mps}
    variants = tuple(
        DevicePluginVariant(
            name=_named("nvidia-device-plugin", runtime, runtimes),
            runtime_class=runtime,
            device_id_strategy=DEVICE_ID_STRATEGY[runtime],
            node_selector={GPU_PRESENT: "true", f"{domain}/gpu-runtime": runtime},
            mps=runtime in shared,
        )
        for runtime in runtimes
    )
    daemons = tuple(
        MpsDaemonPlan(
            name=_named("nvidia-mps-control-daemon", runtime, runtimes),
            runtime_class=runtime,
            node_selector={MPS_CAPABLE: "true", f"{domain}/gpu-runtime": runtime},
        )
        for runtime in runtimes
        if runtime in shared
    )
    return DevicePluginPlan(image, NAMESPACE, variants, configs, daemons)


def _named(name: str, runtime: str, runtimes: list[str]) -> str:
    return name if len(runtimes) == 1 else f"{name}-{runtime}"


def plugin_configs(resolved: Resolved) -> dict[str, dict[str, Any]]:
    """Decide the plugin's configurations, by the name that a node's label chooses one by."""
    configs: dict[str, dict[str, Any]] = {"default": {"version": "v1"}}
    for host in plugin_hosts(resolved):
        if host.sharing:
            configs[device_plugin_config_of(host)] = _shared(host.sharing, replicas_of(host))
    return dict(sorted(configs.items()))


def _shared(sharing: Sharing, replicas: int) -> dict[str, Any]:
    # A pod that asks for two shares may get two of one card, so it gets none.
    body = {"failRequestsGreaterThanOne": True, "resources": [{"name": GPU_RESOURCE, "replicas": replicas}]}
    if sharing.mps:
        return {"version": "v1", "flags": {"mpsRoot": MPS_ROOT}, "sharing": {"mps": body}}
    return {"version": "v1", "sharing": {"timeSlicing": body}}
