"""Decide what is claimed by Dynamic Resource Allocation, and NVIDIA's driver that answers the claims."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from pyfleet.planning.types.gpus import CardsPlan, ClaimPlan
from pyfleet.resolved.labels import GPU_ALLOCATION, is_dra

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyfleet.placement.types import Assignment
    from pyfleet.resolved import Resolved

DEVICE_CLASS = "gpu.nvidia.com"
DEVICES_QUOTA = f"{DEVICE_CLASS}.deviceclass.resource.k8s.io/devices"
"""What a ResourceQuota calls claimed cards: `requests.nvidia.com/gpu` counts none of them."""
NIXOS_CDI_HOOK = "/run/current-system/sw/bin/nvidia-cdi-hook"
"""Where the host's own hook is; the one that the driver brings along is linked against /lib64, which NixOS lacks."""


def dra_hosts(resolved: Resolved) -> list[str]:
    """Hosts with cards that are given out by DRA."""
    return [name for name in resolved.cards if is_dra(resolved.fleet.hosts[name])]


def claim_plan(rows: Sequence[Assignment], resolved: Resolved) -> ClaimPlan | None:
    """Decide what a workload claims: cards of exactly the kinds that its memory was planned on."""
    if not rows or not is_dra(resolved.fleet.hosts[rows[0].host]):
        return None
    counts = Counter(rows[0].product)
    return ClaimPlan(
        {name: CardsPlan(resolved.products[name].product, count) for name, count in sorted(counts.items())}
    )


def dra_driver_values(resolved: Resolved) -> dict[str, Any]:
    """Decide the values of the chart of NVIDIA's DRA driver."""
    hosts = [resolved.fleet.hosts[name] for name in dra_hosts(resolved)]
    label = f"{resolved.fleet.cluster.domain}/{GPU_ALLOCATION}"
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
