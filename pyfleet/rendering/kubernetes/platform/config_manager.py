"""NVIDIA's config-manager: it picks a configuration by the label of its node, for the container beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyfleet.rendering.kubernetes.app import Object

CONFIG_LABEL = "nvidia.com/device-plugin.config"
CONFIG_FILE = "/config/config.yaml"
RESOURCES: Object = {"requests": {"cpu": "10m", "memory": "64Mi"}, "limits": {"memory": "256Mi"}}
CONFIG_MOUNTS: list[Object] = [
    {"name": "available-configs", "mountPath": "/available-configs"},
    {"name": "config", "mountPath": "/config"},
]


def config_volumes(config_map: str) -> list[Object]:
    """Render the volumes that it reads from and writes to."""
    return [
        {"name": "available-configs", "configMap": {"name": config_map}},
        {"name": "config", "emptyDir": {}},
    ]


def env(**variables: str) -> list[Object]:
    """Render environment variables."""
    return [{"name": name, "value": value} for name, value in variables.items()]


def config_manager(name: str, image: str, *, tells: str | None) -> Object:
    """Render it as a container that runs once, or that tells a process by a signal of each change."""
    return {
        "name": name,
        "image": image,
        "command": ["config-manager"],
        "env": [
            {"name": "NODE_NAME", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}},
            *env(
                NODE_LABEL=CONFIG_LABEL,
                CONFIG_FILE_SRCDIR="/available-configs",
                CONFIG_FILE_DST=CONFIG_FILE,
                FALLBACK_STRATEGIES="named,single",
                ONESHOT="false" if tells else "true",
                SEND_SIGNAL="true" if tells else "false",
                SIGNAL="1" if tells else "",
                PROCESS_TO_SIGNAL=tells or "",
                # It needs no card.
                NVIDIA_VISIBLE_DEVICES="void",
            ),
        ],
        "resources": RESOURCES,
        "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
        "volumeMounts": CONFIG_MOUNTS,
    }
