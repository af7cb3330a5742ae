"""NVIDIA's device plugin: one DaemonSet for each GPU runtime, and the configurations that node labels choose from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.rendering.kubernetes.app import App, Object, metadata
from pyfleet.rendering.kubernetes.pods import GPU_TOLERATION, NAME_LABEL
from pyfleet.rendering.yaml import dump

if TYPE_CHECKING:
    from pyfleet.planning.types import DevicePluginPlan, DevicePluginVariant, Plan

NAME = "nvidia-device-plugin"
NAMESPACE = "kube-system"
CONFIG_LABEL = "nvidia.com/device-plugin.config"


def device_plugin(plan: Plan) -> App | None:
    """Render the device plugin."""
    plugin = plan.device_plugin
    if plugin is None:
        return None
    objects = (
        *_access(),
        _config_map(plugin),
        *(_daemon_set(variant, plugin) for variant in plugin.variants),
    )
    return App("platform/nvidia-device-plugin", objects)


def _access() -> tuple[Object, ...]:
    """Its config-manager watches the label of its node: nodes may be read, and nothing else."""
    rules = [{"apiGroups": [""], "resources": ["nodes"], "verbs": ["get", "list", "watch"]}]
    group = "rbac.authorization.k8s.io"
    return (
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata(NAME, NAMESPACE)},
        {"apiVersion": f"{group}/v1", "kind": "ClusterRole", "metadata": metadata(NAME), "rules": rules},
        {
            "apiVersion": f"{group}/v1",
            "kind": "ClusterRoleBinding",
            "metadata": metadata(NAME),
            "roleRef": {"apiGroup": group, "kind": "ClusterRole", "name": NAME},
            "subjects": [{"kind": "ServiceAccount", "name": NAME, "namespace": NAMESPACE}],
        },
    )


def _config_map(plugin: DevicePluginPlan) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": metadata(NAME, NAMESPACE),
        "data": {name: dump(config) for name, config in plugin.configs.items()},
    }


def _daemon_set(variant: DevicePluginVariant, plugin: DevicePluginPlan) -> Object:
    labels = {NAME_LABEL: variant.name}
    return {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": metadata(variant.name, NAMESPACE, labels=labels),
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
                    "initContainers": [_config_manager("config-manager-init", plugin.image, once=True)],
                    "containers": [
                        _plugin(variant, plugin.image),
                        _config_manager("config-manager", plugin.image, once=False),
                    ],
                    "volumes": [
                        {
                            "name": "device-plugins",
                            "hostPath": {"path": "/var/lib/kubelet/device-plugins", "type": "Directory"},
                        },
                        {"name": "available-configs", "configMap": {"name": NAME}},
                        {"name": "config", "emptyDir": {}},
                    ],
                },
            },
        },
    }


def _env(**variables: str) -> list[Object]:
    return [{"name": name, "value": value} for name, value in variables.items()]


_RESOURCES: Object = {"requests": {"cpu": "10m", "memory": "64Mi"}, "limits": {"memory": "256Mi"}}
_CONFIG_MOUNTS: list[Object] = [
    {"name": "available-configs", "mountPath": "/available-configs"},
    {"name": "config", "mountPath": "/config"},
]


def _plugin(variant: DevicePluginVariant, image: str) -> Object:
    return {
        "name": NAME,
        "image": image,
        "command": ["nvidia-device-plugin"],
        "env": _env(
            CONFIG_FILE="/config/config.yaml",
            DEVICE_ID_STRATEGY=variant.device_id_strategy,
            NVIDIA_VISIBLE_DEVICES="all",
            NVIDIA_DRIVER_CAPABILITIES="compute,utility",
        ),
        "resources": _RESOURCES,
        # As it was seen working on NixOS; it opens every card of the host and the kubelet's socket.
        "securityContext": {"privileged": True},
        "volumeMounts": [
            {"name": "device-plugins", "mountPath": "/var/lib/kubelet/device-plugins"},
            *_CONFIG_MOUNTS,
        ],
    }


def _config_manager(name: str, image: str, *, once: bool) -> Object:
    return {
        "name": name,
        "image": image,
        "command": ["config-manager"],
        "env": [
            {"name": "NODE_NAME", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}},
            *_env(
                NODE_LABEL=CONFIG_LABEL,
                CONFIG_FILE_SRCDIR="/available-configs",
                CONFIG_FILE_DST="/config/config.yaml",
                FALLBACK_STRATEGIES="named,single",
                ONESHOT="true" if once else "false",
                SEND_SIGNAL="false" if once else "true",
                SIGNAL="" if once else "1",
                PROCESS_TO_SIGNAL="" if once else "nvidia-device-plugin",
                # The init container and this one see no card.
                NVIDIA_VISIBLE_DEVICES="void",
            ),
        ],
        "resources": _RESOURCES,
        "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
        "volumeMounts": _CONFIG_MOUNTS,
    }
