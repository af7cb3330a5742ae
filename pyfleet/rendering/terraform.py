"""What is outside the cluster: DNS records and logins of the tunnel's names, as Terraform reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyfleet.planning.types import Plan


def render_terraform(plan: Plan) -> dict[str, str]:
    """Render `terraform/`, where the fleet asks for it."""
    return {}
