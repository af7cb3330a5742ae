"""Pods that the platform runs beside workloads: k3s', the parts', and those of charts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pyfleet.offers.amounts import Amounts, bytes_in, container_requests
from pyfleet.offers.pods import PlatformPods
from pyfleet.resolved.names import disabled_components
from pyfleet.resolved.taints import K3S_TOLERATES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.model.charts import ChartPods
    from pyfleet.resolved import Resolved

EVERY_TAINT = ({"operator": "Exists"},)


def platform_pods(resolved: Resolved) -> tuple[PlatformPods, ...]:
    """Gather all pods of the platform."""
    of_parts = (pods for part in resolved.parts for pods in part.pods(resolved))
    return (*_of_k3s(resolved), *_of_charts(resolved), *of_parts)


def _of_k3s(resolved: Resolved) -> Iterator[PlatformPods]:
    """List what k3s brings, unless it is disabled, and ServiceLB's pods, which request nothing but are pods."""
    disabled = disabled_components(resolved)
    for component, pods in resolved.catalog.k3s.items():
        if component not in disabled:
            for name, each in pods.items():
                yield _described(name, each, {}, None, K3S_TOLERATES)
    if "servicelb" not in disabled:
        everywhere = tuple(resolved.fleet.hosts)
        for name, workload in resolved.fleet.workloads.items():
            if workload.expose.load_balancer:
                yield PlatformPods(f"svclb-{name}", Amounts(pods=1), hosts=everywhere, tolerations=K3S_TOLERATES)
        if "traefik" not in disabled:
            yield PlatformPods("svclb-traefik", Amounts(pods=1), hosts=everywhere, tolerations=K3S_TOLERATES)


def _of_charts(resolved: Resolved) -> Iterator[PlatformPods]:
    everywhere = tuple(resolved.fleet.hosts)
    for chart in resolved.charts:
        for name, pods in resolved.pods_of_chart(chart.name).items():
            if pods.unless and _at(chart.values, f"{pods.unless}.enabled") is False:
                continue
            tolerations = EVERY_TAINT if pods.every_host else ()
            yield _described(name, pods, chart.values, everywhere if pods.every_host else None, tolerations)


def _described(
    name: str,
    pods: ChartPods,
    values: Mapping[str, Any],
    hosts: tuple[str, ...] | None,
    tolerations: tuple[Mapping[str, Any], ...],
) -> PlatformPods:
    asked = {key: amount for key, amount in (("cpu", pods.cpu), ("memory", pods.memory)) if amount}
    own = _at(values, pods.resources) if pods.resources else None
    resources: dict[str, Mapping[str, Any]] = {"requests": asked}
    if isinstance(own, Mapping):
        resources = {
            "requests": {**asked, **_mapping(own.get("requests"))},
            "limits": _mapping(own.get("limits")) if not asked else {},
        }
    return PlatformPods(
        name,
        container_requests({"resources": resources})._replace(pods=1),
        uses=bytes_in(pods.uses or 0),
        hosts=hosts,
        replicas=pods.replicas,
        tolerations=tolerations,
    )


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _at(values: Mapping[str, Any], path: str) -> object:
    here: object = values
    for key in path.split("."):
        here = here.get(key) if isinstance(here, Mapping) else None
    return here
