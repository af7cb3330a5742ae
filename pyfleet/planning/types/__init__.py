"""What was decided, as data: the input of every renderer. No YAML, no Nix, no Kubernetes syntax in it.

Sizes are bytes, times are seconds, unless a field holds a quantity as the user spelled it (`str`).
"""

from __future__ import annotations

from pyfleet.planning.types.gitops import GitOpsPlan
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
from pyfleet.planning.types.monitoring import (
    AlertPlan,
    CanaryPlan,
    DashboardPlan,
    DcgmExporterPlan,
    MonitoringPlan,
    PanelPlan,
    RuleGroupPlan,
    ScrapePlan,
)
from pyfleet.planning.types.network import (
    AccessPlan,
    AcmePlan,
    CertificatesPlan,
    MetalLbPlan,
    PoolPlan,
    RoutePlan,
    TraefikPlan,
    TunnelPlan,
)
from pyfleet.planning.types.platform import (
    ChartPlan,
    FlavorPlan,
    NeededChart,
    PriorityPlan,
    QueueingPlan,
    QuotaPlan,
)
from pyfleet.planning.types.secrets import (
    ExternalSecretPlan,
    HostSecretPlan,
    RemoteKey,
    SecretsPlan,
    SecretStorePlan,
    WantedSecret,
)
from pyfleet.planning.types.services import AutoscalePlan, DiscoveryPlan, ExternalServicePlan
from pyfleet.planning.types.storage import MountPlan, StoragePlan, VolumePlan
from pyfleet.planning.types.whole import Plan
from pyfleet.planning.types.workloads import PatchPlan, PortPlan, ProbePlan, WaitPlan, WorkloadPlan

__all__ = [
    "AccessPlan",
    "AcmePlan",
    "AlertPlan",
    "Assignment",
    "AutoscalePlan",
    "CanaryPlan",
    "CardUse",
    "CardsPlan",
    "CertificatesPlan",
    "ChartPlan",
    "ClaimPlan",
    "DashboardPlan",
    "DcgmExporterPlan",
    "DevicePluginPlan",
    "DevicePluginVariant",
    "DiscoveryPlan",
    "ExternalSecretPlan",
    "ExternalServicePlan",
    "FirewallRule",
    "FlavorPlan",
    "GitOpsPlan",
    "HostSecretPlan",
    "K3sPlan",
    "MetalLbPlan",
    "MonitoringPlan",
    "MountPlan",
    "MpsDaemonPlan",
    "NeededChart",
    "NodePlan",
    "PanelPlan",
    "PatchPlan",
    "Plan",
    "PoolPlan",
    "PortPlan",
    "PriorityPlan",
    "ProbePlan",
    "Protocol",
    "QueueingPlan",
    "QuotaPlan",
    "RemoteKey",
    "RoutePlan",
    "RuleGroupPlan",
    "ScrapePlan",
    "SecretStorePlan",
    "SecretsPlan",
    "Source",
    "StoragePlan",
    "TraefikPlan",
    "TunnelPlan",
    "Turn",
    "Unplaced",
    "VolumePlan",
    "WaitPlan",
    "WantedSecret",
    "WorkloadPlan",
]
