"""The daemon of NVIDIA's Multi-Process Service: pods on one card talk to it, and it shares the card between them."""

from __future__ import annotations

from pyfleet.nvidia import DRIVER_CAPABILITIES, MPS_ROOT, PLUGIN_CONFIG_MAP, VISIBLE_DEVICES
from pyfleet.parts.device_plugin.config_manager import (
    CONFIG_FILE,
    CONFIG_MOUNTS,
    RESOURCES,
    config_manager,
    config_volumes,
)
from pyfleet.rendering.kubernetes.app import GPU_TOLERATION, Object, env, env_of_node

MPS_MOUNTS: list[Object] = [
    {"name": "mps-root", "mountPath": "/mps"},
    {"name": "mps-shm", "mountPath": "/dev/shm"},  # noqa: S108 - a mount point in the container
]


def mps_volumes() -> list[Object]:
    """Render the directories of the host that the daemon shares with the plugin and with pods."""
    return [
        {"name": "mps-root", "hostPath": {"path": MPS_ROOT, "type": "DirectoryOrCreate"}},
        {"name": "mps-shm", "hostPath": {"path": f"{MPS_ROOT}/shm", "type": "DirectoryOrCreate"}},
    ]


def mps_pod(runtime: str, image: str, nodes: dict[str, str], account: str) -> Object:
    """Render the daemon's pod for the hosts that share by MPS; it has the plugin's account and configurations."""
    return {
        "runtimeClassName": runtime,
        "priorityClassName": "system-node-critical",
        "serviceAccountName": account,
        "nodeSelector": nodes,
        "tolerations": [GPU_TOLERATION],
        # MPS knows its clients by their process ids, and they run in other pods.
        "hostPID": True,
        "initContainers": [
            _mount_shared_memory(image),
            config_manager("config-manager-init", image, signals=None),
        ],
        "containers": [
            _control_daemon(image),
            config_manager("config-manager", image, signals="/usr/bin/mps-control-daemon"),
        ],
        "volumes": [*config_volumes(PLUGIN_CONFIG_MAP), *mps_volumes()],
    }


def _mount_shared_memory(image: str) -> Object:
    """Render a container that mounts memory below the directory, so that the host, the daemon and pods share it."""
    return {
        "name": "mps-mounts",
        "image": image,
        "command": ["mps-control-daemon", "mount-shm"],
        "env": env(**{VISIBLE_DEVICES: "void"}),
        "resources": RESOURCES,
        "securityContext": {"privileged": True},
        "volumeMounts": [{**MPS_MOUNTS[0], "mountPropagation": "Bidirectional"}],
    }


def _control_daemon(image: str) -> Object:
    return {
        "name": "mps-control-daemon",
        "image": image,
        "command": ["mps-control-daemon"],
        "env": [
            env_of_node("NODE_NAME"),
            *env(**{"CONFIG_FILE": CONFIG_FILE, VISIBLE_DEVICES: "all", DRIVER_CAPABILITIES: "compute,utility"}),
        ],
        # The servers that it starts count to its memory. One serves all clients of a card: if killed, it ends them all.
        "resources": {"requests": {"cpu": "100m", "memory": "256Mi"}, "limits": {"memory": "2Gi"}},
        # It sets the cards' compute mode.
        "securityContext": {"privileged": True},
        "volumeMounts": [*CONFIG_MOUNTS, *MPS_MOUNTS],
    }
