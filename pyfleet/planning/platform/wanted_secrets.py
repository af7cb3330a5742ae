"""Find every Secret that anything in a fleet names: in which namespace, and which of its keys are read."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pyfleet.model.secrets import secret_and_key
from pyfleet.planning.types.secrets import WantedSecret

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.model.charts import Chart
    from pyfleet.resolved import Resolved

Path = tuple[str | int, ...]

OPAQUE = "Opaque"
BASIC_AUTH = "kubernetes.io/basic-auth"
DOCKER_CONFIG = "kubernetes.io/dockerconfigjson"
DOCKER_KEY = ".dockerconfigjson"
USER_AND_PASSWORD = ("username", "password")
ARGO_LABEL = {"argocd.argoproj.io/secret-type": "repository"}
"""Argo CD takes a Secret that has it for a repository and how to get in."""
OCI = "oci://"


def wanted_secrets(resolved: Resolved) -> tuple[WantedSecret, ...]:
    """Gather all Secrets that anything names, each once: its users' keys together, at the place of the first.

    Straight from the fleet, so that checks can ask before anything is planned.
    """
    found: dict[tuple[str, str], WantedSecret] = {}
    for each in named_secrets(resolved):
        identity = (each.namespace, each.name)
        found[identity] = _both(found[identity], each) if identity in found else each
    return tuple(wanted for _, wanted in sorted(found.items()))


def _both(one: WantedSecret, other: WantedSecret) -> WantedSecret:
    return replace(
        one,
        keys=tuple(sorted({*one.keys, *other.keys})),
        whole=one.whole or other.whole,
        type=one.type if one.type != OPAQUE else other.type,
        labels={**other.labels, **one.labels},
        literals={**other.literals, **one.literals},
    )


def store_namespace(resolved: Resolved) -> str:
    """Name the namespace of External Secrets Operator, where the Secret is that it gets into the store with."""
    return resolved.chart_of("external-secrets").namespace


def named_secrets(resolved: Resolved) -> Iterator[WantedSecret]:
    """Say who names which Secret: one as often as it is named."""
    yield from _of_workloads(resolved)
    yield from _of_services(resolved)
    yield from _of_charts(resolved)
    yield from _of_monitoring(resolved)
    yield from _of_the_network(resolved)
    yield from _of_gitops(resolved)
    yield from _of_the_store(resolved)


def _key(namespace: str, source: str, place: Path) -> WantedSecret:
    """Take `secret/key` apart."""
    name, key = secret_and_key(source)
    return WantedSecret(namespace, name, (key,), place)


def _of_workloads(resolved: Resolved) -> Iterator[WantedSecret]:
    watched = resolved.fleet.platform.monitoring is not None
    for name, workload in resolved.fleet.workloads.items():
        place: Path = ("workloads", name)
        for variable, source in workload.secrets.items():
            yield _key(workload.namespace, source, (*place, "secrets", variable))
        for index, secret in enumerate(workload.image_pull_secrets):
            where = (*place, "imagePullSecrets", index)
            yield WantedSecret(workload.namespace, secret, (DOCKER_KEY,), where, type=DOCKER_CONFIG)
        canary = workload.canary or resolved.engine_of(workload).canary
        if watched and canary and canary.api_key:
            where = (*place, "canary", "apiKey") if workload.canary else (*place, "engine")
            yield _key(workload.namespace, canary.api_key, where)
        if workload.discovery and workload.discovery.api_key_secret:
            where = (*place, "discovery", "apiKeySecret")
            yield WantedSecret(workload.namespace, workload.discovery.api_key_secret, (), where, whole=True)


def _of_services(resolved: Resolved) -> Iterator[WantedSecret]:
    watched = resolved.fleet.platform.monitoring is not None
    for name, service in resolved.fleet.services.items():
        place: Path = ("services", name)
        if watched and service.canary and service.canary.api_key:
            yield _key(service.namespace, service.canary.api_key, (*place, "canary", "apiKey"))
        if service.api_key_secret:
            yield WantedSecret(service.namespace, service.api_key_secret, (), (*place, "apiKeySecret"), whole=True)


def _of_charts(resolved: Resolved) -> Iterator[WantedSecret]:
    for name, chart in resolved.fleet.charts.items():
        for secret, keys in chart.secrets.items():
            where = ("charts", name, "secrets", secret)
            yield WantedSecret(chart.namespace, secret, tuple(sorted(set(keys))), where, whole=not keys)
        if chart.credentials:
            yield _chart_credentials(resolved, name, chart, chart.credentials)


def _chart_credentials(resolved: Resolved, name: str, chart: Chart, secret: str) -> WantedSecret:
    """Say in which form whoever installs the chart reads its repository's credentials."""
    place = ("charts", name, "credentials")
    is_oci = chart.chart.startswith(OCI) or bool(chart.repo and chart.repo.startswith(OCI))
    if resolved.fleet.platform.gitops:
        # Argo CD writes an OCI registry without its scheme, and without the chart.
        url = (chart.repo or chart.chart.rpartition("/")[0]).removeprefix(OCI)
        literals = {"name": secret, "type": "helm", "url": url, **({"enableOCI": "true"} if is_oci else {})}
        namespace = resolved.chart_of("argocd").namespace
        return WantedSecret(namespace, secret, USER_AND_PASSWORD, place, labels=ARGO_LABEL, literals=literals)
    # k3s' Helm controller reads it beside its HelmChart: `authSecret`, or `dockerRegistrySecret` of a registry.
    if is_oci:
        return WantedSecret("kube-system", secret, (DOCKER_KEY,), place, type=DOCKER_CONFIG)
    return WantedSecret("kube-system", secret, USER_AND_PASSWORD, place, type=BASIC_AUTH)


def _of_monitoring(resolved: Resolved) -> Iterator[WantedSecret]:
    monitoring = resolved.fleet.platform.monitoring
    if monitoring is None:
        return
    place: Path = ("platform", "monitoring")
    namespace = resolved.chart_of(monitoring.stack.CHART).namespace
    if monitoring.grafana.admin:
        keys = ("admin-password", "admin-user")
        yield WantedSecret(namespace, monitoring.grafana.admin, keys, (*place, "grafana", "admin"))
    notify = monitoring.notify
    for kind, source in (("discord", notify.discord), ("slack", notify.slack), ("webhook", notify.webhook)):
        if source:
            yield _key(namespace, source, (*place, "notify", kind))


def _of_the_network(resolved: Resolved) -> Iterator[WantedSecret]:
    platform = resolved.fleet.platform
    acme = platform.certificates.cert_manager.acme if platform.certificates else None
    if acme:
        where: Path = ("platform", "certificates", "certManager", "acme", "cloudflare")
        yield _key(resolved.chart_of("cert-manager").namespace, acme.cloudflare, where)
    if platform.tunnel:
        where = ("platform", "tunnel", "cloudflare", "credentials")
        yield WantedSecret("cloudflared", platform.tunnel.cloudflare.credentials, ("credentials.json",), where)


def _of_gitops(resolved: Resolved) -> Iterator[WantedSecret]:
    gitops = resolved.fleet.platform.gitops
    argocd = gitops.argocd if gitops else None
    if argocd and argocd.credentials:
        yield WantedSecret(
            resolved.chart_of("argocd").namespace,
            argocd.credentials,
            tuple(sorted(USER_AND_PASSWORD)) if argocd.repo.startswith("https://") else ("sshPrivateKey",),
            ("platform", "gitops", "argocd", "credentials"),
            labels=ARGO_LABEL,
            literals={"type": "git", "url": argocd.repo},
        )


def _of_the_store(resolved: Resolved) -> Iterator[WantedSecret]:
    secrets = resolved.fleet.platform.secrets
    said = secrets.external_secrets if secrets else None
    if said is None:
        return
    place: Path = ("platform", "secrets", "externalSecrets")
    namespace = store_namespace(resolved)
    if said.vault:
        yield _key(namespace, said.vault.secret_id, (*place, "vault", "secretId"))
    if said.azure_key_vault:
        where = (*place, "azureKeyVault", "credentials")
        yield WantedSecret(namespace, said.azure_key_vault.credentials, ("client-id", "client-secret"), where)
