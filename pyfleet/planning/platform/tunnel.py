"""Decide the tunnel: what it ends at, and who is let in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.planning.types.network import AccessPlan, TunnelPlan

if TYPE_CHECKING:
    from pyfleet.model.platform.tunnel import Access
    from pyfleet.planning.types.network import RoutePlan
    from pyfleet.resolved import Resolved

NAME = "cloudflared"
"""Of what runs, and of its namespace."""


def tunnel_plan(resolved: Resolved, routes: tuple[RoutePlan, ...]) -> TunnelPlan | None:
    """Decide the tunnel."""
    if resolved.fleet.platform.tunnel is None:
        return None
    cloudflare = resolved.fleet.platform.tunnel.cloudflare
    # A name that is given twice is an error of its own, and Terraform and cloudflared know it once.
    by_name = {route.external: route for route in reversed(routes) if route.external}
    return TunnelPlan(
        name=NAME,
        namespace=NAME,
        tunnel_id=cloudflare.tunnel_id,
        credentials=cloudflare.credentials,
        account_id=cloudflare.account_id,
        zone_id=cloudflare.zone_id,
        image=cloudflare.image,
        replicas=cloudflare.replicas,
        spread=cloudflare.replicas > 1 and len(resolved.fleet.hosts) > 1,
        routes=tuple(route for _, route in sorted(by_name.items())),
        access=_access(cloudflare.access) if cloudflare.access else None,
    )


def _access(access: Access) -> AccessPlan:
    return AccessPlan(
        emails=_once(access.emails),
        email_domains=_once(access.email_domains),
        identity_providers=_once(access.identity_providers),
        device_posture=_once(access.device_posture),
        session=access.session,
    )


def _once(values: list[str]) -> tuple[str, ...]:
    return tuple(sorted(set(values)))
