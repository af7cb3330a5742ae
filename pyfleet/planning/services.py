"""Decide what Services announce to the fleet's own tools, and how things outside the cluster are reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.planning.types.services import DiscoveryPlan, ExternalServicePlan

if TYPE_CHECKING:
    from pyfleet.model.fleet import Fleet
    from pyfleet.model.workloads import Discovery, Workload


def workload_discovery(workload: Workload, fleet: Fleet) -> DiscoveryPlan | None:
    """Decide what a workload's Service announces; engine and model are the workload's unless stated."""
    if fleet.discovery is None or workload.discovery is None:
        return None
    engine = None if workload.engine == "generic" else workload.engine
    models = (workload.model.id,) if workload.model else ()
    return _discovery(workload.discovery, fleet.discovery.prefix, engine, models)


def _discovery(spec: Discovery, prefix: str, engine: str | None, models: tuple[str, ...]) -> DiscoveryPlan:
    return DiscoveryPlan(
        prefix=prefix,
        type=spec.type,
        engine=spec.engine or engine,
        models=tuple(spec.models) or models,
        base_path=spec.base_path,
        api_key_secret=spec.api_key_secret,
    )


def external_services(fleet: Fleet) -> tuple[ExternalServicePlan, ...]:
    """Decide the services outside; with discovery, each is announced like a workload."""
    return tuple(
        ExternalServicePlan(
            name, service, _discovery(service, fleet.discovery.prefix, None, ()) if fleet.discovery else None
        )
        for name, service in sorted(fleet.services.items())
    )
