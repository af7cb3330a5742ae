"""NVIDIA's device plugin: one DaemonSet for each GPU runtime, and the configurations that node labels choose from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.nvidia import (
    DEVICE_ID_STRATEGY,
    DEVICE_PLUGIN_IMAGE,
    DRIVER_CAPABILITIES,
    GPU_PRESENT,
    MPS_CAPABLE,
    MPS_ROOT,
    PLUGIN_CONFIG_MAP,
    RUNTIMES,
    VISIBLE_DEVICES,
)
from pyfleet.offers.pods import PlatformPods, daemon_pods
from pyfleet.parts.device_plugin.config_manager import (
    CONFIG_FILE,
    CONFIG_MOUNTS,
    RESOURCES,
    config_manager,
    config_volumes,
)
from pyfleet.parts.device_plugin.configs import plugin_configs
from pyfleet.parts.device_plugin.model import VERSION
from pyfleet.parts.device_plugin.mps import MPS_MOUNTS, mps_pod, mps_volumes
from pyfleet.rendering.kubernetes.app import GPU_TOLERATION, App, Object, cluster_access, daemon_set, env, metadata
from pyfleet.rendering.yaml import dump
from pyfleet.resolved.gpus import plugin_hosts, plugin_runtimes
from pyfleet.resolved.labels import runtime_class_of
from pyfleet.resolved.taints import tolerations_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.model.hosts import Host
    from pyfleet.planning.types.whole import Plan
    from pyfleet.resolved import Resolved

NAME = "nvidia-device-plugin"
MPS_DAEMON = "nvidia-mps-control-daemon"
NAMESPACE = "kube-system"
FOLDER = "platform/nvidia-device-plugin"


def apps(plan: Plan) -> Iterator[App]:
    """Render the device plugin; only its configurations where the GPU operator runs it."""
    resolved = plan.resolved
    runtimes = plugin_runtimes(resolved)
    if not runtimes:
        return
    operator = resolved.offers.gpu_operator
    if operator:
        yield App(FOLDER, (_config_map(resolved, operator),))
        return
    objects = [
        # Its config-manager watches the label of its node.
        *cluster_access(NAME, NAMESPACE, group="", resource="nodes"),
        _config_map(resolved, NAMESPACE),
        *(daemon_set(name, NAMESPACE, pod) for name, (pod, _) in daemons(resolved).items()),
    ]
    yield App(FOLDER, tuple(objects))


def pods(resolved: Resolved) -> Iterator[PlatformPods]:
    """List what its DaemonSets book."""
    for name, (pod, hosts) in daemons(resolved).items():
        yield daemon_pods(name, pod, hosts)


def daemons(resolved: Resolved) -> dict[str, tuple[Object, list[str]]]:
    """Make the pods of all DaemonSets, by name, with the hosts that they select; none where the GPU operator does."""
    runtimes = plugin_runtimes(resolved)
    if resolved.offers.gpu_operator:
        return {}
    image = f"{DEVICE_PLUGIN_IMAGE}:{VERSION.of(resolved.fleet)}"
    by_mps: dict[str, dict[str, Host]] = {runtime: {} for runtime in runtimes}
    all_hosts: dict[str, dict[str, Host]] = {runtime: {} for runtime in runtimes}
    for name, host in plugin_hosts(resolved).items():
        runtime = runtime_class_of(host)
        if runtime:
            all_hosts[runtime][name] = host
            if host.sharing and host.sharing.mps:
                by_mps[runtime][name] = host
    label = f"{resolved.fleet.cluster.domain}/gpu-runtime"
    found: dict[str, tuple[Object, list[str]]] = {}
    for runtime, hosts in all_hosts.items():
        nodes = {GPU_PRESENT: "true", label: runtime}
        pod = _pod(runtime, image, nodes, mps=bool(by_mps[runtime]))
        found[_named(NAME, runtime)] = (_tolerating(pod, hosts), list(hosts))
    for runtime, hosts in by_mps.items():
        if hosts:
            nodes = {MPS_CAPABLE: "true", label: runtime}
            pod = mps_pod(runtime, image, nodes, NAME)
            found[_named(MPS_DAEMON, runtime)] = (_tolerating(pod, hosts), list(hosts))
    return found


def _tolerating(pod: Object, hosts: dict[str, Host]) -> Object:
    """Let a pod run on these hosts whatever their taints: without it they have no cards."""
    return {**pod, "tolerations": [GPU_TOLERATION, *tolerations_for(hosts.values())]}


def _named(name: str, runtime: str) -> str:
    """Name a DaemonSet by its runtime alone: if another host renamed it, the old one would stay beside the new one."""
    return name if runtime == RUNTIMES["nixos"] else f"{name}-{runtime}"


def _config_map(resolved: Resolved, namespace: str) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": metadata(PLUGIN_CONFIG_MAP, namespace),
        "data": {name: dump(config) for name, config in plugin_configs(resolved).items()},
    }


def _pod(runtime: str, image: str, nodes: dict[str, str], *, mps: bool) -> Object:
    return {
        "runtimeClassName": runtime,
        "priorityClassName": "system-node-critical",
        "serviceAccountName": NAME,
        "nodeSelector": nodes,
        "tolerations": [GPU_TOLERATION],
        # The config-manager signals the plugin that its configuration changed.
        "shareProcessNamespace": True,
        "initContainers": [config_manager("config-manager-init", image, signals=None)],
        "containers": [
            _plugin(runtime, image, mps=mps),
            config_manager("config-manager", image, signals="nvidia-device-plugin"),
        ],
        "volumes": [
            {
                "name": "device-plugins",
                "hostPath": {"path": "/var/lib/kubelet/device-plugins", "type": "Directory"},
            },
            *config_volumes(PLUGIN_CONFIG_MAP),
            *(mps_volumes() if mps else []),
        ],
    }


def _plugin(runtime: str, image: str, *, mps: bool) -> Object:
    return {
        "name": NAME,
        "image": image,
        "command": ["nvidia-device-plugin"],
        "env": env(
            **{
                "CONFIG_FILE": CONFIG_FILE,
                "DEVICE_ID_STRATEGY": DEVICE_ID_STRATEGY[runtime],
                VISIBLE_DEVICES: "all",
                DRIVER_CAPABILITIES: "compute,utility",
                **({"MPS_ROOT": MPS_ROOT} if mps else {}),
            }
        ),
        "resources": RESOURCES,
        # Proven on NixOS; it opens every card of the host and the kubelet's socket.
        "securityContext": {"privileged": True},
        "volumeMounts": [
            {"name": "device-plugins", "mountPath": "/var/lib/kubelet/device-plugins"},
            *CONFIG_MOUNTS,
            # It checks that the MPS daemon is healthy before it offers shares.
            *(MPS_MOUNTS if mps else []),
        ],
    }
