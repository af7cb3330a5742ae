"""What runs in the cluster for the workloads' sake. Each part is absent unless asked for."""

from __future__ import annotations

from pydantic import Field

from pyfleet.model.base import Model
from pyfleet.model.platform.bounds import AnyPriority, Quota
from pyfleet.model.platform.gitops import GitOps
from pyfleet.model.platform.gpu import GpuPlatform, Queueing
from pyfleet.model.platform.monitoring import OneMonitoring
from pyfleet.model.platform.network import Certificates, IngressPlatform, LoadBalancing
from pyfleet.model.platform.secrets import Secrets
from pyfleet.model.platform.tunnel import TunnelPlatform

__all__ = ["AnyPriority", "Platform", "Quota"]


class Platform(Model):
    """Parts of the platform. Each is absent unless asked for."""

    gpu: GpuPlatform = Field(GpuPlatform(), description="How GPUs are given to pods.")
    queueing: Queueing | None = Field(None, description="What holds jobs back.")
    load_balancer: LoadBalancing | None = Field(None, description="What gives addresses to Services.")
    ingress: IngressPlatform | None = Field(None, description="Names in the LAN.")
    certificates: Certificates | None = Field(None, description="What signs the certificates of those names.")
    secrets: Secrets | None = Field(None, description="Who provides the Secrets that are named.")
    monitoring: OneMonitoring | None = Field(None, description="Figures, dashboards, alerts.")
    tunnel: TunnelPlatform | None = Field(None, description="Names on the Internet.")
    gitops: GitOps | None = Field(None, description="The cluster pulls what it runs from Git.")
