"""NVIDIA's config-manager: it picks a configuration by the label of its node, for the container beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.nvidia import DEVICE_PLUGIN_CONFIG, VISIBLE_DEVICES
from pyfleet.rendering.kubernetes.app import env, env_of_node

if TYPE_CHECKING:
    from pyfleet.rendering.kubernetes.app import Object

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


def config_manager(name: str, image: str, *, signals: str | None) -> Object:
    """Render its container: it runs once, or signals each change to a process."""
    return {
        "name": name,
        "image": image,
        "command": ["config-manager"],
        "env": [
            env_of_node("NODE_NAME"),
            *env(
                **{
                    "NODE_LABEL": DEVICE_PLUGIN_CONFIG,
                    "CONFIG_FILE_SRCDIR": "/available-configs",
                    "CONFIG_FILE_DST": CONFIG_FILE,
                    "FALLBACK_STRATEGIES": "named,single",
                    "ONESHOT": "false" if signals else "true",
                    "SEND_SIGNAL": "true" if signals else "false",
                    "SIGNAL": "1" if signals else "",
                    "PROCESS_TO_SIGNAL": signals or "",
                    # It needs no card.
                    VISIBLE_DEVICES: "void",
                }
            ),
        ],
        "resources": RESOURCES,
        "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
        "volumeMounts": CONFIG_MOUNTS,
    }
