"""What Services tell, and what runs outside."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AutoscalePlan:
    """Copies after the length of a queue."""

    min_replicas: int
    max_replicas: int
    cooldown: int
    server: str
    query: str
    threshold: int


@dataclass(frozen=True, slots=True)
class DiscoveryPlan:
    """What a Service tells the fleet's own tools, under keys of this prefix."""

    prefix: str
    type: str | None
    engine: str | None
    models: tuple[str, ...]
    base_path: str | None
    api_key_secret: str | None


@dataclass(frozen=True, slots=True)
class ExternalServicePlan:
    """Something outside the cluster that is reached as if inside."""

    name: str
    namespace: str
    address: str
    port: int
    discovery: DiscoveryPlan | None
