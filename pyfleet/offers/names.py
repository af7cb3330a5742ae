"""Things that can have names and addresses."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pyfleet.model.expose import ExposedByName

Path = tuple[str | int, ...]
"""A place in the fleet file."""
Kind = Literal["workload", "service", "chart", "platform"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A Service, and how the fleet file exposes it."""

    name: str
    """Name of its entry in the fleet file."""
    kind: Kind
    """What it belongs to. Routes of workloads and services stand in their folder, the others with the ingress."""
    place: Path
    """Place in the fleet file that exposes it."""
    exposed: ExposedByName
    namespace: str
    service: str
    ports: dict[str, int] = field(default_factory=dict)
    """Ports of the Service, by the names that the fleet file may use; "" for a port without a name."""
    title: str = ""
    """Name for people, where that is not its entry's name."""
    of_ingress: bool = False
    """The ingress controller's own dashboard: the controller serves it in the LAN; the tunnel gets a Service for it."""


@dataclass(frozen=True, slots=True)
class FixedAddress:
    """A fixed address, and the Service that has it."""

    address: str
    place: Path
    """Its place in the fleet file."""
    namespace: str
    service: str
    ports: tuple[int, ...]
