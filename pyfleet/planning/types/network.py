"""Addresses, names, certificates, the tunnel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class RoutePlan:
    """A Service, and the names it is reached by from outside the cluster."""

    name: str
    """Of its entry in the fleet file; names its IngressRoute and Certificate."""
    kind: Literal["workload", "service", "chart", "platform"]
    """What it belongs to. Routes of workloads and services stand in their folder, the others in the platform's."""
    place: Path
    """Where the fleet file says that it is exposed."""
    namespace: str
    service: str
    port: int
    """Of the Service."""
    host: str | None = None
    """Name in the LAN."""
    external: str | None = None
    """Name on the Internet."""
    access: bool = True
    """Cloudflare asks who it is."""
    certificate: str | None = None
    """Secret that the certificate of `host` is kept in; without one Traefik's own default is served."""
    traefik_api: bool = False
    """It is Traefik's own dashboard: in the LAN Traefik answers by itself, for the tunnel there is a Service."""


@dataclass(frozen=True, slots=True)
class AddressPlan:
    """A fixed address, and the Service that has it."""

    address: str
    place: Path
    """Where the fleet file says it."""
    namespace: str
    service: str
    ports: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PoolPlan:
    """Addresses to give out."""

    name: str
    ranges: tuple[str, ...]
    auto_assign: bool = True
    """A Service that asks for no address in particular may get one of these."""


@dataclass(frozen=True, slots=True)
class MetalLbPlan:
    """MetalLB's pools, and the addresses that are fixed."""

    namespace: str
    pools: tuple[PoolPlan, ...]
    interfaces: tuple[str, ...]
    """What it answers on; empty: all."""
    addresses: tuple[AddressPlan, ...] = ()
    """In their order."""


@dataclass(frozen=True, slots=True)
class TraefikPlan:
    """Traefik, packaged by k3s or a chart of its own."""

    namespace: str
    domain: str
    """Plain HTTP under it is sent on to HTTPS."""
    packaged_values: dict[str, Any]
    """What the packaged one is told; a chart of its own has its values as a chart has."""


@dataclass(frozen=True, slots=True)
class AcmePlan:
    """A public CA."""

    email: str
    server: str
    token: tuple[str, str]
    """Secret and key of Cloudflare's API token."""


@dataclass(frozen=True, slots=True)
class CertificatesPlan:
    """Who signs."""

    issuer: str
    namespace: str
    """cert-manager's."""
    authority: str
    """Name of the cluster's own CA."""
    acme: AcmePlan | None
    """Absent: a CA of the cluster's own."""


@dataclass(frozen=True, slots=True)
class AccessPlan:
    """Who is let in."""

    emails: tuple[str, ...]
    email_domains: tuple[str, ...]
    identity_providers: tuple[str, ...]
    device_posture: tuple[str, ...]
    session: str


@dataclass(frozen=True, slots=True)
class TunnelPlan:
    """A Cloudflare Tunnel."""

    name: str
    namespace: str
    tunnel_id: str
    credentials: str
    account_id: str
    zone_id: str
    image: str
    replicas: int
    spread: bool
    """Its copies are on several hosts."""
    routes: tuple[RoutePlan, ...]
    """Those with a name on the Internet, in order of that name; each name once."""
    access: AccessPlan | None
