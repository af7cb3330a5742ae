"""What Services announce, and what runs outside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyfleet.model.services import ExternalService


@dataclass(frozen=True, slots=True)
class DiscoveryPlan:
    """What a Service announces to the fleet's own tools, under keys of this prefix."""

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
    spec: ExternalService
    discovery: DiscoveryPlan | None
