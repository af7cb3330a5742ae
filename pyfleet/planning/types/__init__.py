"""What was decided, as data: the input of every renderer. No YAML, no Nix, no Kubernetes syntax in it.

Sizes are bytes, times are seconds, unless a field holds a quantity as the user spelled it (`str`).
"""

from __future__ import annotations

from pyfleet.planning.types.gpus import (
    Assignment,
    CardsPlan,
    CardUse,
    ClaimPlan,
    DevicePluginPlan,
    DevicePluginVariant,
    MpsDaemonPlan,
    Turn,
    Unplaced,
)
from pyfleet.planning.types.hosts import FirewallRule, K3sPlan, NodePlan, Protocol, Source
from pyfleet.planning.types.platform import ChartPlan, FlavorPlan, PriorityPlan, QueueingPlan, QuotaPlan
from pyfleet.planning.types.services import AutoscalePlan, DiscoveryPlan, ExternalServicePlan
from pyfleet.planning.types.storage import MountPlan, StoragePlan, VolumePlan
from pyfleet.planning.types.whole import Plan
from pyfleet.planning.types.workloads import PatchPlan, PortPlan, ProbePlan, WaitPlan, WorkloadPlan

__all__ = [
    "Assignment",
    "AutoscalePlan",
    "CardUse",
    "CardsPlan",
    "ChartPlan",
    "ClaimPlan",
    "DevicePluginPlan",
    "DevicePluginVariant",
    "DiscoveryPlan",
    "ExternalServicePlan",
    "FirewallRule",
    "FlavorPlan",
    "K3sPlan",
    "MountPlan",
    "MpsDaemonPlan",
    "NodePlan",
    "PatchPlan",
    "Plan",
    "PortPlan",
    "PriorityPlan",
    "ProbePlan",
    "Protocol",
    "QueueingPlan",
    "QuotaPlan",
    "Source",
    "StoragePlan",
    "Turn",
    "Unplaced",
    "VolumePlan",
    "WaitPlan",
    "WorkloadPlan",
]
