"""The chart of Argo CD."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyfleet.offers.charts import NeededChart
from pyfleet.parts.argocd.model import GITOPS
from pyfleet.resolved.names import service_values

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.parts.argocd.model import ArgoCd
    from pyfleet.resolved import Resolved

CHART = "argocd"

# Since 1.8 Argo CD gives an Application no health of its own, so the waves of the root Application would not wait for
# each other. With this, a wave is done when all of it is applied. It need not be healthy: what it lacks for that, such
# as an address or a password, may come with a later wave.
APPLICATION_HEALTH = """\
hs = {status = "Progressing", message = "not yet applied"}
if obj.status ~= nil then
  local health = obj.status.health or {}
  local operation = obj.status.operationState or {}
  if health.status == "Degraded" then
    hs.status = "Degraded"
    hs.message = health.message or ""
  elseif operation.phase == "Succeeded" then
    hs.status = "Healthy"
    hs.message = health.message or ""
  end
end
return hs
"""
# Argo CD's own list without EndpointSlices: services outside the cluster are rendered as such, and Argo CD would skip
# them with a warning that nobody sees.
EXCLUSIONS = """\
- apiGroups: [""]
  kinds: [Endpoints]
- apiGroups: [coordination.k8s.io]
  kinds: [Lease]
- apiGroups: [authentication.k8s.io, authorization.k8s.io]
- apiGroups: [certificates.k8s.io]
  kinds: [CertificateSigningRequest]
- apiGroups: [cert-manager.io]
  kinds: [CertificateRequest]
"""
BESIDE_TRAEFIK = 8443


def charts(resolved: Resolved) -> Iterator[NeededChart]:
    """Return the chart of Argo CD, where the fleet has it."""
    gitops = GITOPS.of(resolved.fleet)
    if gitops:
        yield NeededChart(CHART, _values(resolved, gitops.argocd), gitops.argocd)


def _values(resolved: Resolved, argocd: ArgoCd) -> dict[str, Any]:
    settings = {"resource.customizations.health.argoproj.io_Application": APPLICATION_HEALTH}
    if resolved.fleet.services:
        settings["resource.exclusions"] = EXCLUSIONS
    values: dict[str, Any] = {
        "fullnameOverride": CHART,
        "configs": {
            "params": {
                # Traefik and the tunnel end TLS.
                "server.insecure": True,
                # Compare with what the API server would make of an object, so that its defaults are no difference. In a
                # list of an ExternalSecret they were one, and Argo CD applied the same again every few seconds.
                "controller.diff.server.side": True,
                # While a sync waits for something, no newer revision is looked at, not even the one that mends it.
                "controller.sync.timeout.seconds": 1800,
            },
            "cm": settings,
        },
        "dex": {"enabled": False},
        "notifications": {"enabled": False},
        "applicationSet": {"replicas": 0},
    }
    if service := _service(resolved, argocd):
        values["server"] = {"service": service}
    return values


def _service(resolved: Resolved, argocd: ArgoCd) -> dict[str, Any]:
    values = service_values(resolved, argocd.expose)
    if argocd.expose.load_balancer:
        values["servicePortHttp"] = argocd.expose.load_balancer.port
        if not resolved.offers.address_annotation:
            # The chart's Service has a second port, 443. ServiceLB would want it on the hosts, where Traefik has it.
            values["servicePortHttps"] = BESIDE_TRAEFIK
    return values
