"""Who is let in, and what anybody may use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pyfleet.checks.registry import Finding
from pyfleet.checks.tunnel import anybody_may_use_it, login_for_nobody, tunnel_that_leads_nowhere
from pyfleet.planning import plan
from pyfleet.resolved import Resolved
from tests.unit.fleets import fleet
from tests.unit.planning.test_tunnel import ONE, TUNNEL

EXPOSED = "image: a/b:1, ports: {http: 80}, expose: {tunnel: {access: false}}"
SEVERAL = ", ".join(f"{name}: {{address: 10.0.0.8, port: 80, expose: {{tunnel: true}}}}" for name in "abcde")


def found(check: Callable[..., Iterator[Finding]], text: str, access: str = "") -> list[str]:
    platform: dict[str, Any] = {
        "tunnel": f"{{cloudflare: {{{TUNNEL}{access}}}}}",
        "ingress": "{domain: int.lab.example}",
    }
    if "dashboard" in text:
        platform["ingress"] = "{domain: int.lab.example, traefik: {dashboard: {tunnel: {access: false}}}}"
        text = ""
    parts = ", ".join(f"{key}: {value}" for key, value in platform.items())
    made = fleet(f"hosts: {{{ONE}}}\nplatform: {{{parts}}}\n{text}")
    return [finding.message for finding in check(Resolved(made), plan(made))]


def test_of_many_names_the_first_are_told() -> None:
    assert found(login_for_nobody, f"services: {{{SEVERAL}}}") == [
        "a.lab.example, b.lab.example, c.lab.example and 2 more ask for a login, and no `access` says who is let in"
    ]


@pytest.mark.parametrize("access", ["emails: [you@lab.example]", "emailDomains: [lab.example]"])
def test_somebody_is_let_in(access: str) -> None:
    assert found(login_for_nobody, f"services: {{{SEVERAL}}}", f", access: {{{access}}}") == []


def test_nobody_needs_to_be_let_in_where_nothing_asks() -> None:
    assert found(login_for_nobody, f"workloads: {{web: {{{EXPOSED}}}}}") == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"workloads: {{chat: {{engine: ollama, {EXPOSED}}}}}", ["chat"]),
        (f"workloads: {{chat: {{engine: ollama, {EXPOSED}, secrets: {{KEY: chat/key}}}}}}", []),
        (f"workloads: {{web: {{{EXPOSED}}}}}", []),
        ("services: {nas: {address: 10.0.0.8, port: 80, expose: {tunnel: {access: false}}}}", []),
        ("dashboard", ["traefik"]),
    ],
    ids=["model", "model with a key", "web site", "outside", "Traefik"],
)
def test_anybody_may_use_what_has_no_login_at_all(text: str, told: list[str]) -> None:
    assert [message.split()[3].partition(".")[0] for message in found(anybody_may_use_it, text)] == told


def test_a_tunnel_leads_somewhere_if_anything_is_exposed() -> None:
    assert found(tunnel_that_leads_nowhere, "services: {}") == ["nothing has a name in it"]
    assert found(tunnel_that_leads_nowhere, f"workloads: {{web: {{{EXPOSED}}}}}") == []
