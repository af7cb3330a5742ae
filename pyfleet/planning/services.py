"""Decide what Services tell the fleet's own tools, and how things outside the cluster are reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.planning.types.services import AutoscalePlan, DiscoveryPlan, ExternalServicePlan
from pyfleet.units import seconds_of

if TYPE_CHECKING:
    from pyfleet.model.fleet import Fleet
    from pyfleet.model.workloads import Autoscale, Discovery, Workload


def workload_discovery(workload: Workload, fleet: Fleet) -> DiscoveryPlan | None:
    """Decide what a workload's Service tells; engine and model are the workload's unless said."""
    if fleet.discovery is None or workload.discovery is None:
        return None
    engine = None if workload.engine == "generic" else workload.engine
    models = (workload.model.id,) if workload.model else ()
    return _discovery(workload.discovery, fleet.discovery.prefix, engine, models)


def _discovery(said: Discovery, prefix: str, engine: str | None, models: tuple[str, ...]) -> DiscoveryPlan:
    return DiscoveryPlan(
        prefix=prefix,
        type=said.type,
        engine=said.engine or engine,
        models=tuple(said.models) or models,
        base_path=said.base_path,
        api_key_secret=said.api_key_secret,
    )


def external_services(fleet: Fleet) -> tuple[ExternalServicePlan, ...]:
    """Decide the services outside; with a schema of discovery each is announced like one inside."""
    return tuple(
        ExternalServicePlan(
            name=name,
            namespace=service.namespace,
            address=service.address,
            port=service.port,
            discovery=_discovery(service, fleet.discovery.prefix, None, ()) if fleet.discovery else None,
        )
        for name, service in sorted(fleet.services.items())
    )


def autoscale_plan(said: Autoscale | None) -> AutoscalePlan | None:
    """Decide how a workload scales."""
    if said is None:
        return None
    return AutoscalePlan(
        min_replicas=said.min_replicas,
        max_replicas=said.max_replicas,
        cooldown=seconds_of(said.cooldown),
        server=said.prometheus,
        query=said.query,
        threshold=said.threshold,
    )
