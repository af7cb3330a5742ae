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
    """It is Traefik's own dashboard, which has no Service."""


@dataclass(frozen=True, slots=True)
class PoolPlan:
    """Addresses to give out."""

    name: str
    addresses: str


@dataclass(frozen=True, slots=True)
class MetalLbPlan:
    """MetalLB's pools."""

    namespace: str
    pools: tuple[PoolPlan, ...]
    interfaces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TraefikPlan:
    """Traefik as k3s packages it; where it is a chart of the fleet's own there is none of these."""

    values: dict[str, Any]


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
    routes: tuple[RoutePlan, ...]
    """Those with a name on the Internet, in order of that name."""
    access: AccessPlan | None
