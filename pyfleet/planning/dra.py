"""Decide what is claimed by Dynamic Resource Allocation, and NVIDIA's driver that answers the claims."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from pyfleet.planning.labels import GPU_ALLOCATION, is_dra
from pyfleet.planning.types import CardsPlan, ClaimPlan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyfleet.planning.inventory import Inventory
    from pyfleet.planning.types import Assignment

DEVICE_CLASS = "gpu.nvidia.com"
DEVICES_QUOTA = f"{DEVICE_CLASS}.deviceclass.resource.k8s.io/devices"
"""What a ResourceQuota calls claimed cards: `requests.nvidia.com/gpu` counts none of them."""
NIXOS_CDI_HOOK = "/run/current-system/sw/bin/nvidia-cdi-hook"
"""Where the host's own hook is; the one that the driver brings along is linked against /lib64, which NixOS lacks."""


def dra_hosts(inventory: Inventory) -> list[str]:
    """Hosts with cards that are given out by DRA."""
    return [name for name in inventory.cards if is_dra(inventory.fleet.hosts[name])]


def claim_plan(rows: Sequence[Assignment], inventory: Inventory) -> ClaimPlan | None:
    """Decide what a workload claims: cards of exactly the kinds that its memory was planned on."""
    if not rows or not is_dra(inventory.fleet.hosts[rows[0].host]):
        return None
    counts = Counter(rows[0].product)
    return ClaimPlan(
        {name: CardsPlan(inventory.products[name].product, count) for name, count in sorted(counts.items())}
    )


def dra_driver_values(inventory: Inventory) -> dict[str, Any]:
    """Decide the values of the chart of NVIDIA's DRA driver."""
    hosts = [inventory.fleet.hosts[name] for name in dra_hosts(inventory)]
    label = f"{inventory.fleet.cluster.domain}/{GPU_ALLOCATION}"
    values: dict[str, Any] = {
        # The chart refuses to give out GPUs unless told that no device plugin does so on the same host.
        "gpuResourcesEnabledOverride": True,
        "nvidiaDriverRoot": "/",
        # Compute domains are NVLink over several hosts (GB200 and the like).
        "resources": {"computeDomains": {"enabled": False}},
        "kubeletPlugin": {"nodeSelector": {label: "dra"}},
    }
    if hosts and all(host.os == "nixos" for host in hosts):
        values["nvidiaCDIHookPath"] = NIXOS_CDI_HOOK
    return values
