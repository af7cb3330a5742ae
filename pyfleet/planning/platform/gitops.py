"""Decide what Argo CD pulls, in what order, and what a cluster is started with so that it can."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyfleet.planning.platform.load_balancer import service_values
from pyfleet.planning.platform.wanted_secrets import store_namespace
from pyfleet.planning.types.gitops import GitOpsPlan
from pyfleet.planning.types.platform import NeededChart

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.model.platform.gitops import ArgoCd
    from pyfleet.planning.types.platform import ChartPlan
    from pyfleet.planning.types.secrets import ExternalSecretPlan, SecretsPlan
    from pyfleet.resolved import Resolved

CHART = "argocd"
STORE_CHART = "external-secrets"
KUBE_SYSTEM = "kube-system"

PROJECT_WAVE = -1
_NAMESPACES, _OPERATORS, _PLATFORM, _REST = range(4)

# Since 1.8 Argo CD gives an Application no health of its own, and the waves of an Application of Applications would not
# wait for each other. With this, a wave is there when all of it is applied. Nothing waits for more: what it lacks to be
# healthy, such as an address or a password, may come with a later wave.
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
# Argo CD's own list, but for EndpointSlices: services outside the cluster are written as such, and Argo CD would leave
# them out with a warning that nobody sees.
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


def gitops_charts(resolved: Resolved) -> Iterator[NeededChart]:
    """Name the chart of Argo CD, where the fleet asks for it."""
    gitops = resolved.fleet.platform.gitops
    if gitops:
        argocd = gitops.argocd
        yield NeededChart(CHART, _values(resolved, argocd), argocd.version, argocd.values)


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
                # The API server says what an object would become. What it fills in by itself is no difference then;
                # in a list of an ExternalSecret it was one, and Argo CD applied the same again every few seconds.
                "controller.diff.server.side": True,
                # While a sync waits for something, no newer revision is looked at, the one that mends it included.
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
        if resolved.fleet.platform.load_balancer is None:
            # The chart's Service has a second port, 443. ServiceLB would want it of the hosts, where Traefik has it.
            values["servicePortHttps"] = BESIDE_TRAEFIK
    return values


def gitops_plan(resolved: Resolved, charts: tuple[ChartPlan, ...], secrets: SecretsPlan | None) -> GitOpsPlan | None:
    """Decide what is pulled."""
    gitops = resolved.fleet.platform.gitops
    if gitops is None:
        return None
    argocd = gitops.argocd
    namespace = resolved.chart_of(CHART).namespace
    secret = _secret_of_the_store(secrets, argocd, namespace)
    first = {CHART, STORE_CHART} if secret else {CHART}
    pulled = tuple(chart for chart in charts if chart.name not in first)
    # Charts put roles and Services there: cert-manager its lease, KEDA what its metrics are read by.
    common = {KUBE_SYSTEM, *argocd.chart_namespaces} if pulled else set()
    return GitOpsPlan(
        namespace=namespace,
        repo=argocd.repo,
        path=argocd.path,
        revision=argocd.revision,
        prune=argocd.prune,
        self_heal=argocd.self_heal,
        charts=pulled,
        chart_namespaces=tuple(sorted({chart.namespace for chart in pulled} | common)),
        started_charts=tuple(chart for chart in charts if chart.name in first),
        started_namespaces=tuple(sorted({namespace, store_namespace(resolved)} if secret else {namespace})),
        started_secret=secret,
    )


def _secret_of_the_store(secrets: SecretsPlan | None, argocd: ArgoCd, namespace: str) -> ExternalSecretPlan | None:
    """Find what opens the repository among what the store has: what fetches it can't be pulled from there."""
    wanted = (namespace, argocd.credentials)
    external = secrets.external if secrets else ()
    return next((each for each in external if (each.namespace, each.name) == wanted), None)


def folder_wave(folder: str) -> int:
    """Decide when a folder's turn is: namespaces, then operators, then objects of the kinds that those bring.

    Workloads and charts that bring no kinds come last: nothing waits for them, so one that fails holds up no other.
    """
    if folder == "platform/namespaces":
        return _NAMESPACES
    return _PLATFORM if folder.startswith("platform/") else _REST


def chart_wave(chart: ChartPlan) -> int:
    """Decide when a chart's turn is."""
    return _OPERATORS if chart.operator else _REST
