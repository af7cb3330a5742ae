"""What goes through the tunnel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyfleet.parts.tunnel.model import TUNNEL

if TYPE_CHECKING:
    from pyfleet.parts.tunnel.model import CloudflareTunnel
    from pyfleet.planning.routes import Route
    from pyfleet.planning.types.whole import Plan

NAME = "cloudflared"
"""Name of the Deployment, and of its namespace."""


@dataclass(frozen=True, slots=True)
class Tunnel:
    """A Cloudflare Tunnel."""

    spec: CloudflareTunnel
    routes: tuple[Route, ...]
    """Those with a name on the Internet, in order of that name; each name once."""

    @property
    def behind_login(self) -> list[Route]:
        """Routes that ask for a login."""
        return [route for route in self.routes if route.access]


def tunnel_of(plan: Plan) -> Tunnel | None:
    """Decide the tunnel; None where the fleet has none."""
    tunnel = TUNNEL.of(plan.resolved.fleet)
    if tunnel is None:
        return None
    # A name that is given twice is an error of its own, and Terraform and cloudflared know it once.
    by_name = {route.external: route for route in reversed(plan.routes) if route.external}
    return Tunnel(
        spec=tunnel.cloudflare,
        routes=tuple(route for _, route in sorted(by_name.items())),
    )
