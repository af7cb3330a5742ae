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
    VISIBLE_DEVICES,
)
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

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    image = f"{DEVICE_PLUGIN_IMAGE}:{VERSION.of(resolved.fleet)}"
    by_mps = {runtime_class_of(host) for host in plugin_hosts(resolved).values() if host.sharing and host.sharing.mps}
    label = f"{resolved.fleet.cluster.domain}/gpu-runtime"
    objects = [
        # Its config-manager watches the label of its node.
        *cluster_access(NAME, NAMESPACE, group="", resource="nodes"),
        _config_map(resolved, NAMESPACE),
    ]
    for runtime in runtimes:
        nodes = {GPU_PRESENT: "true", label: runtime}
        objects.append(_daemon_set(_named(NAME, runtime, runtimes), runtime, image, nodes, mps=runtime in by_mps))
    for runtime in (runtime for runtime in runtimes if runtime in by_mps):
        nodes = {MPS_CAPABLE: "true", label: runtime}
        pod = mps_pod(runtime, image, nodes, NAME)
        objects.append(daemon_set(_named(MPS_DAEMON, runtime, runtimes), NAMESPACE, pod))
    yield App(FOLDER, tuple(objects))


def _named(name: str, runtime: str, runtimes: list[str]) -> str:
    return name if len(runtimes) == 1 else f"{name}-{runtime}"


def _config_map(resolved: Resolved, namespace: str) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": metadata(PLUGIN_CONFIG_MAP, namespace),
        "data": {name: dump(config) for name, config in plugin_configs(resolved).items()},
    }


def _daemon_set(name: str, runtime: str, image: str, nodes: dict[str, str], *, mps: bool) -> Object:
    pod = {
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
    return daemon_set(name, NAMESPACE, pod)


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
