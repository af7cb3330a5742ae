"""The tunnel: which names end in it, and who is let in."""

from __future__ import annotations

from dataclasses import replace

from pyfleet.planning.platform.tunnel import tunnel_plan
from pyfleet.planning.types.network import AccessPlan, RoutePlan, TunnelPlan
from pyfleet.resolved import Resolved
from tests.unit.fleets import fleet

TUNNEL = """
domain: lab.example, tunnelId: 3f6b2c9d-8a41-4e57-b0d3-6c1e9f7a2b84,
accountId: 0123456789abcdef0123456789abcdef, zoneId: fedcba9876543210fedcba9876543210
"""
ONE = "box: {role: server, address: 10.0.0.1}"
ARGO = RoutePlan("argocd", "platform", (), "argocd", "argocd-server", 80, external="argo.lab.example")
CHAT = RoutePlan("chat", "workload", (), "ai", "chat", 8000, external="chat.lab.example", access=False)
INSIDE = RoutePlan("grafana", "platform", (), "monitoring", "grafana", 80, host="grafana.int.lab.example")


def made(routes: tuple[RoutePlan, ...] = (), more: str = "", hosts: str = ONE) -> TunnelPlan:
    text = f"hosts: {{{hosts}}}\nplatform: {{tunnel: {{cloudflare: {{{TUNNEL}{more}}}}}}}"
    tunnel = tunnel_plan(Resolved(fleet(text)), routes)
    assert tunnel is not None
    return tunnel


def test_a_fleet_without_a_tunnel_has_none() -> None:
    assert tunnel_plan(Resolved(fleet(f"hosts: {{{ONE}}}")), (ARGO,)) is None


def test_only_names_on_the_internet_end_in_it_in_their_order() -> None:
    assert made((CHAT, INSIDE, ARGO)).routes == (ARGO, CHAT)


def test_a_name_given_twice_ends_at_the_first() -> None:
    second = replace(CHAT, external="argo.lab.example")

    assert made((ARGO, second)).routes == (ARGO,)


def test_copies_are_spread_where_there_are_several_hosts() -> None:
    two = f"{ONE}, other: {{address: 10.0.0.2}}"

    assert (made().replicas, made().spread) == (2, False)
    assert (made(hosts=two).replicas, made(hosts=two).spread) == (2, True)
    assert made(more=", replicas: 1", hosts=two).spread is False


def test_who_is_let_in_is_said_once_whatever_the_order() -> None:
    access = """
    , access: {emails: [b@lab.example, a@lab.example, b@lab.example], emailDomains: [lab.example],
      identityProviders: [5a9e8a3c-2f61-4d0b-9c54-7e1f0b6d2a10],
      devicePosture: [c0a8d4e2-91b7-4f3a-a6e5-2d8f7b1c3e90], session: 8h}
    """

    assert made().access is None
    assert made(more=access).access == AccessPlan(
        emails=("a@lab.example", "b@lab.example"),
        email_domains=("lab.example",),
        identity_providers=("5a9e8a3c-2f61-4d0b-9c54-7e1f0b6d2a10",),
        device_posture=("c0a8d4e2-91b7-4f3a-a6e5-2d8f7b1c3e90",),
        session="8h",
    )
