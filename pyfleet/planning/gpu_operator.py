"""Decide the values of NVIDIA's GPU operator, where a fleet has it in place of the plain device plugin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyfleet.planning.device_plugin import CONFIG_MAP, DEVICE_ID_STRATEGY, plugin_runtimes

if TYPE_CHECKING:
    from pyfleet.planning.inventory import Inventory


def gpu_operator_values(inventory: Inventory) -> dict[str, Any]:
    """Decide the chart's values."""
    # All of its pods run under one RuntimeClass; a check refuses hosts that need another.
    runtime = plugin_runtimes(inventory)[0]
    return {
        # The hosts have their driver and toolkit: one fleet's operator tried to build a driver on a DGX Spark. On NixOS
        # it could not: there is no package manager, and /usr is empty.
        "driver": {"enabled": False},
        "toolkit": {"enabled": False},
        # With CDI it would have the plugin write a second list of devices, with hooks by a path below /usr that NixOS
        # lacks; and pods get their cards by their RuntimeClass as they do without the operator.
        "cdi": {"enabled": False},
        # The class of the operator's own pods. On NixOS `nvidia` finds no libraries, so it is `nvidia-cdi`.
        "operator": {"runtimeClass": runtime},
        "devicePlugin": {
            # The same ConfigMap that the plain plugin would have, in the operator's namespace.
            "config": {"name": CONFIG_MAP, "default": "default"},
            "env": [{"name": "DEVICE_ID_STRATEGY", "value": DEVICE_ID_STRATEGY[runtime]}],
        },
    }
