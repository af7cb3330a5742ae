"""NVIDIA's device plugin: one DaemonSet for each GPU runtime, and the configurations that node labels choose from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.planning.device_plugin import CONFIG_MAP, MPS_ROOT
from pyfleet.rendering.kubernetes.app import App, Object, metadata
from pyfleet.rendering.kubernetes.platform.config_manager import (
    CONFIG_FILE,
    CONFIG_MOUNTS,
    RESOURCES,
    config_manager,
    config_volumes,
    env,
)
from pyfleet.rendering.kubernetes.platform.mps import MPS_MOUNTS, mps_daemon, mps_volumes
from pyfleet.rendering.kubernetes.pods import GPU_TOLERATION, NAME_LABEL
from pyfleet.rendering.yaml import dump

if TYPE_CHECKING:
    from pyfleet.planning.types.gpus import DevicePluginPlan, DevicePluginVariant
    from pyfleet.planning.types.whole import Plan

NAME = "nvidia-device-plugin"


def device_plugin(plan: Plan) -> App | None:
    """Render the device plugin."""
    plugin = plan.device_plugin
    if plugin is None:
        return None
    if not plugin.variants:
        return App("platform/nvidia-device-plugin", (_config_map(plugin),))
    objects = (
        *_access(plugin.namespace),
        _config_map(plugin),
        *(_daemon_set(variant, plugin) for variant in plugin.variants),
        *(mps_daemon(daemon, plugin.image, plugin.namespace, NAME) for daemon in plugin.mps_daemons),
    )
    return App("platform/nvidia-device-plugin", objects)


def _access(namespace: str) -> tuple[Object, ...]:
    """Its config-manager watches the label of its node: nodes may be read, and nothing else."""
    rules = [{"apiGroups": [""], "resources": ["nodes"], "verbs": ["get", "list", "watch"]}]
    group = "rbac.authorization.k8s.io"
    return (
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata(NAME, namespace)},
        {"apiVersion": f"{group}/v1", "kind": "ClusterRole", "metadata": metadata(NAME), "rules": rules},
        {
            "apiVersion": f"{group}/v1",
            "kind": "ClusterRoleBinding",
            "metadata": metadata(NAME),
            "roleRef": {"apiGroup": group, "kind": "ClusterRole", "name": NAME},
            "subjects": [{"kind": "ServiceAccount", "name": NAME, "namespace": namespace}],
        },
    )


def _config_map(plugin: DevicePluginPlan) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": metadata(CONFIG_MAP, plugin.namespace),
        "data": {name: dump(config) for name, config in plugin.configs.items()},
    }


def _daemon_set(variant: DevicePluginVariant, plugin: DevicePluginPlan) -> Object:
    labels = {NAME_LABEL: variant.name}
    return {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": metadata(variant.name, plugin.namespace, labels=labels),
        "spec": {
            "selector": {"matchLabels": labels},
            "template": {
                "metadata": {"labels": labels},
                "spec": {
                    "runtimeClassName": variant.runtime_class,
                    "priorityClassName": "system-node-critical",
                    "serviceAccountName": NAME,
                    "nodeSelector": variant.node_selector,
                    "tolerations": [GPU_TOLERATION],
                    # The config-manager tells the plugin by a signal that its configuration changed.
                    "shareProcessNamespace": True,
                    "initContainers": [config_manager("config-manager-init", plugin.image, tells=None)],
                    "containers": [
                        _plugin(variant, plugin.image),
                        config_manager("config-manager", plugin.image, tells="nvidia-device-plugin"),
                    ],
                    "volumes": [
                        {
                            "name": "device-plugins",
                            "hostPath": {"path": "/var/lib/kubelet/device-plugins", "type": "Directory"},
                        },
                        *config_volumes(CONFIG_MAP),
                        *(mps_volumes() if variant.mps else []),
                    ],
                },
            },
        },
    }


def _plugin(variant: DevicePluginVariant, image: str) -> Object:
    return {
        "name": NAME,
        "image": image,
        "command": ["nvidia-device-plugin"],
        "env": env(
            CONFIG_FILE=CONFIG_FILE,
            DEVICE_ID_STRATEGY=variant.device_id_strategy,
            NVIDIA_VISIBLE_DEVICES="all",
            NVIDIA_DRIVER_CAPABILITIES="compute,utility",
            **({"MPS_ROOT": MPS_ROOT} if variant.mps else {}),
        ),
        "resources": RESOURCES,
        # As it was seen working on NixOS; it opens every card of the host and the kubelet's socket.
        "securityContext": {"privileged": True},
        "volumeMounts": [
            {"name": "device-plugins", "mountPath": "/var/lib/kubelet/device-plugins"},
            *CONFIG_MOUNTS,
            # It asks the daemon of MPS whether it is well, before it offers shares.
            *(MPS_MOUNTS if variant.mps else []),
        ],
    }
