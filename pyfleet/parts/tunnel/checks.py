"""Names on the Internet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.checks.registry import Finding, check
from pyfleet.parts.tunnel.decisions import tunnel_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.planning.routes import Route
    from pyfleet.planning.types.whole import Plan
    from pyfleet.resolved import Resolved

CLOUDFLARE = ("platform", "tunnel", "cloudflare")
NAMES_SHOWN = 3


@check("F420", needs="plan")
def login_for_nobody(_resolved: Resolved, plan: Plan) -> Iterator[Finding]:
    """A name on the Internet that asks for a login, in a fleet where nobody may log in.

    Everything that a tunnel exposes is behind a login unless its entry sets `access: false`. Without people to let in
    there is no policy: then either nobody gets in, or everybody.
    """
    tunnel = tunnel_of(plan)
    asking = tunnel.behind_login if tunnel else []
    if tunnel is None or not asking:
        return
    access = tunnel.spec.access
    if access is None:
        yield Finding(
            CLOUDFLARE,
            f"{_names(asking)} {'ask' if len(asking) > 1 else 'asks'} for a login, and no `access` lets anybody in",
            "set `access: {emails: [you@example.com]}`; use `tunnel: {access: false}` for what has a login of its own",
            at_key=True,
        )
    elif not access.emails and not access.email_domains:
        yield Finding(
            (*CLOUDFLARE, "access"),
            "nobody is let in",
            "name people by `emails`, or everybody with an address of a domain by `emailDomains`",
            at_key=True,
        )


@check("F421", "warning", needs="plan")
def anybody_may_use_it(resolved: Resolved, plan: Plan) -> Iterator[Finding]:
    """A name on the Internet without any login, for something that has none of its own.

    A model without an API key answers whoever finds it, at the fleet's cost, and names are found within minutes: they
    are in the public logs of certificates. Traefik's dashboard shows everybody what else there is.
    """
    tunnel = tunnel_of(plan)
    for route in tunnel.routes if tunnel else ():
        endpoint = route.endpoint
        workload = resolved.fleet.workloads.get(endpoint.name) if endpoint.kind == "workload" else None
        serves_models = workload is not None and workload.engine != "generic" and not workload.secrets
        if not route.access and (route.endpoint.of_ingress or serves_models):
            yield Finding(
                (*endpoint.place, "tunnel", "access"),
                f"anybody may use {route.external}: it asks for no login, and {_lack(route)}",
                "remove `access: false`"
                + ("" if route.endpoint.of_ingress else ", or give its engine a key by `secrets`"),
            )


@check("F422", "warning", needs="plan")
def tunnel_that_leads_nowhere(_resolved: Resolved, plan: Plan) -> Iterator[Finding]:
    """A tunnel that nothing is exposed by."""
    tunnel = tunnel_of(plan)
    if tunnel and not tunnel.routes:
        yield Finding(
            ("platform", "tunnel"), "nothing is exposed by the tunnel", "set `expose: {tunnel: true}`", at_key=True
        )


def _lack(route: Route) -> str:
    return "Traefik's dashboard has none" if route.endpoint.of_ingress else "its engine has no key"


def _names(routes: list[Route]) -> str:
    names = [str(route.external) for route in routes]
    rest = len(names) - NAMES_SHOWN
    return ", ".join(names[:NAMES_SHOWN]) + (f" and {rest} more" if rest > 0 else "")
