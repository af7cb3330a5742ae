"""Every Secret that anything in a fleet names: in which namespace, and which of its keys are read."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pyfleet.offers.secrets import DOCKER_CONFIG, DOCKER_KEY, OPAQUE, WantedSecret, wanted_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.model.platform import Secrets
    from pyfleet.offers.names import Path
    from pyfleet.resolved import Resolved

MANUAL = ("platform", "secrets", "manual")


def wanted_secrets(resolved: Resolved) -> tuple[WantedSecret, ...]:
    """Gather all Secrets that anything names, each once: with the keys of all its users, at the place of the first.

    Needs no plan, so that checks can use it before anything is planned.
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


def named_secrets(resolved: Resolved) -> Iterator[WantedSecret]:
    """Yield each Secret once for everything that reads it."""
    yield from _of_workloads(resolved)
    yield from _of_services(resolved)
    yield from _of_charts(resolved)
    for part in resolved.parts:
        yield from part.secrets(resolved)


def _of_workloads(resolved: Resolved) -> Iterator[WantedSecret]:
    for name, workload in resolved.fleet.workloads.items():
        place: Path = ("workloads", name)
        for variable, source in workload.secrets.items():
            yield wanted_key(workload.namespace, source, (*place, "secrets", variable))
        for index, secret in enumerate(workload.image_pull_secrets):
            where = (*place, "imagePullSecrets", index)
            yield WantedSecret(workload.namespace, secret, (DOCKER_KEY,), where, type=DOCKER_CONFIG)
        canary = workload.canary or resolved.engine_of(workload).canary
        if resolved.offers.metrics and canary and canary.api_key:
            where = (*place, "canary", "apiKey") if workload.canary else (*place, "engine")
            yield wanted_key(workload.namespace, canary.api_key, where)
        if workload.discovery and workload.discovery.api_key_secret:
            where = (*place, "discovery", "apiKeySecret")
            yield WantedSecret(workload.namespace, workload.discovery.api_key_secret, (), where, whole=True)


def _of_services(resolved: Resolved) -> Iterator[WantedSecret]:
    for name, service in resolved.fleet.services.items():
        place: Path = ("services", name)
        if resolved.offers.metrics and service.canary and service.canary.api_key:
            yield wanted_key(service.namespace, service.canary.api_key, (*place, "canary", "apiKey"))
        if service.api_key_secret:
            yield WantedSecret(service.namespace, service.api_key_secret, (), (*place, "apiKeySecret"), whole=True)


def _of_charts(resolved: Resolved) -> Iterator[WantedSecret]:
    for name, chart in resolved.fleet.charts.items():
        for secret, keys in chart.secrets.items():
            where = ("charts", name, "secrets", secret)
            yield WantedSecret(chart.namespace, secret, tuple(sorted(set(keys))), where, whole=not keys)
        if chart.credentials:
            forms = (part.chart_secret(resolved, name, chart, chart.credentials) for part in resolved.parts)
            yield from (form for form in forms if form is not None)


def by_hand(resolved: Resolved) -> Secrets | None:
    """Read what the fleet file says under `platform.secrets` beside the parts' keys; None without that key."""
    secrets: Secrets | None = getattr(resolved.fleet.platform, "secrets", None)
    return secrets


def providers(resolved: Resolved, wanted: WantedSecret) -> set[str]:
    """Name who makes a Secret: parts, and `manual` for somebody who does it by hand."""
    parts = {part.name for part in resolved.parts if part.provides(resolved, wanted)}
    manual = by_hand(resolved)
    return parts | ({"manual"} if manual and wanted.name in manual.manual else set())
