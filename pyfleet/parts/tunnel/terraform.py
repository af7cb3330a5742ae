"""What is outside the cluster: DNS records and logins of the tunnel's names, for Terraform.

Names of resources and attributes are those of Cloudflare's provider, version 5. The folder is a module without state,
provider or token of its own.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from pyfleet.parts.tunnel.decisions import tunnel_of

if TYPE_CHECKING:
    from pyfleet.parts.tunnel.decisions import Tunnel
    from pyfleet.parts.tunnel.model import Access
    from pyfleet.planning.routes import Route
    from pyfleet.planning.types.whole import Plan
    from pyfleet.rendering.kubernetes.app import App

HEADER = "Rendered by pyfleet from the fleet file. Edit that and render again, never this file."
HOW = (
    f"{HEADER} To apply it, name this folder as the `source` of a module in a folder of your own, which keeps the "
    "state. The API token is in the environment as CLOUDFLARE_API_TOKEN; it edits DNS records of the zone, and Access "
    "apps and policies of the account."
)
PROVIDER_VERSION = "~> 5.22"
RECORD = "cloudflare_dns_record"
POLICY = "cloudflare_zero_trust_access_policy"
APPLICATION = "cloudflare_zero_trust_access_application"
LET_IN = "let_in"
"""The one policy of all applications."""
AUTOMATIC = 1
"""TTL of a record that Cloudflare proxies: 1 means automatic."""

Body = dict[str, Any]


class _Expression(str):
    """A text that Terraform evaluates."""

    __slots__ = ()


def terraform_files(plan: Plan, _: list[App]) -> dict[str, str]:
    """Render `terraform/`, where the fleet has a tunnel."""
    tunnel = tunnel_of(plan)
    if tunnel is None:
        return {}
    cluster, access = plan.resolved.fleet.cluster.name, tunnel.spec.access
    behind_login = tunnel.behind_login if access else []
    files = {"versions": _versions()}
    if tunnel.routes:
        files["dns"] = _dns(tunnel, cluster, behind_login)
    if access and behind_login:
        files["access"] = _access(tunnel, access, cluster, behind_login)
    return {
        f"terraform/{name}.tf.json": json.dumps(_literal(body), indent=2, ensure_ascii=False) + "\n"
        for name, body in files.items()
    }


def _versions() -> Body:
    provider = {"source": "cloudflare/cloudflare", "version": PROVIDER_VERSION}
    return {"//": HOW, "terraform": {"required_providers": {"cloudflare": provider}}}


def _dns(tunnel: Tunnel, cluster: str, behind_login: list[Route]) -> Body:
    records = {}
    for route in tunnel.routes:
        record: Body = {
            "zone_id": tunnel.spec.zone_id,
            "name": route.external,
            "type": "CNAME",
            "content": f"{tunnel.spec.tunnel_id}.cfargotunnel.com",
            "proxied": True,
            "ttl": AUTOMATIC,
            "comment": f"pyfleet: {cluster}",
        }
        if route in behind_login:
            # The login is there before the name is.
            record["depends_on"] = [f"{APPLICATION}.{_label(route)}"]
        records[_label(route)] = record
    return {"//": HEADER, "resource": {RECORD: records}}


def _access(tunnel: Tunnel, access: Access, cluster: str, behind_login: list[Route]) -> Body:
    applications = {_label(route): _application(route, tunnel, access, cluster) for route in behind_login}
    return {
        "//": HEADER,
        "resource": {POLICY: {LET_IN: _policy(tunnel, access, cluster)}, APPLICATION: applications},
    }


def _policy(tunnel: Tunnel, access: Access, cluster: str) -> Body:
    policy: Body = {
        "account_id": tunnel.spec.account_id,
        "name": f"{cluster} (pyfleet)",
        "decision": "allow",
        "include": [
            *({"email": {"email": email}} for email in _once(access.emails)),
            *({"email_domain": {"domain": domain}} for domain in _once(access.email_domains)),
        ],
        # Set in the policy too: its default is a day, and it overrides the application's.
        "session_duration": access.session,
    }
    if access.device_posture:
        policy["require"] = [{"device_posture": {"integration_uid": check}} for check in _once(access.device_posture)]
    return policy


def _application(route: Route, tunnel: Tunnel, access: Access, cluster: str) -> Body:
    application: Body = {
        "account_id": tunnel.spec.account_id,
        "name": f"{cluster}: {route.endpoint.name}",
        "domain": route.external,
        "type": "self_hosted",
        "session_duration": access.session,
        "policies": [{"id": _Expression(f"${{{POLICY}.{LET_IN}.id}}"), "precedence": 1}],
    }
    if access.identity_providers:
        application["allowed_idps"] = _once(access.identity_providers)
        # Terraform's provider refuses it unless there is exactly one provider to redirect to.
        application["auto_redirect_to_identity"] = len(_once(access.identity_providers)) == 1
    return application


def _once(values: list[str]) -> list[str]:
    return sorted(set(values))


def _label(route: Route) -> str:
    """Name a resource after its host name, so that other names don't change it. No host name has an underscore."""
    label = (route.external or "").replace(".", "_")
    return f"_{label}" if label[:1].isdigit() else label


def _literal(value: Any) -> Any:
    """Keep Terraform from evaluating text of the fleet file: it takes every string for a template."""
    if isinstance(value, dict):
        return {key: _literal(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_literal(each) for each in value]
    if isinstance(value, str) and not isinstance(value, _Expression):
        return re.sub(r"([$%])(?=\{)", r"\1\1", value)
    return value
