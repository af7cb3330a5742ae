"""Who is let in, and what anybody may use."""

from __future__ import annotations

import pytest

from pyfleet.parts.tunnel.checks import anybody_may_use_it, login_for_nobody, tunnel_that_leads_nowhere
from tests.unit.fleets import findings
from tests.unit.parts.tunnel.fleets import tunnelled

INGRESS = "ingress: {domain: int.lab.example, traefik: {dashboard: %s}}"
EXPOSED = "image: a/b:1, ports: {http: 80}, expose: {tunnel: {access: false}}"
SEVERAL = ", ".join(f"{name}: {{address: 10.0.0.8, port: 80, expose: {{tunnel: true}}}}" for name in "abcde")


def text(access: str = "", *, services: str = "", workloads: str = "", dashboard: str = "{}") -> str:
    platform = INGRESS % dashboard
    return tunnelled(access, platform=platform, workloads=workloads, rest=f"services: {{{services}}}")


def test_of_many_names_without_anybody_to_let_in_the_first_are_named() -> None:
    assert [finding.message for finding in findings(login_for_nobody, text(services=SEVERAL))] == [
        "a.lab.example, b.lab.example, c.lab.example and 2 more ask for a login, and no `access` lets anybody in"
    ]


@pytest.mark.parametrize("access", ["emails: [you@lab.example]", "emailDomains: [lab.example]"])
def test_somebody_is_let_in(access: str) -> None:
    assert findings(login_for_nobody, text(f", access: {{{access}}}", services=SEVERAL)) == []


def test_nobody_needs_to_be_let_in_where_nothing_asks() -> None:
    assert findings(login_for_nobody, text(workloads=f"web: {{{EXPOSED}}}")) == []


@pytest.mark.parametrize(
    ("exposed", "found"),
    [
        ({"workloads": f"chat: {{engine: ollama, {EXPOSED}}}"}, ["chat.lab.example"]),
        ({"workloads": f"chat: {{engine: ollama, {EXPOSED}, secrets: {{KEY: chat/key}}}}"}, []),
        ({"workloads": f"web: {{{EXPOSED}}}"}, []),
        ({"services": "nas: {address: 10.0.0.8, port: 80, expose: {tunnel: {access: false}}}"}, []),
        ({"dashboard": "{tunnel: {access: false}}"}, ["traefik.lab.example"]),
        ({"dashboard": "{tunnel: true}"}, []),
    ],
    ids=["model", "model with a key", "web site", "outside", "Traefik", "Traefik behind a login"],
)
def test_anybody_may_use_what_has_no_login_at_all(exposed: dict[str, str], found: list[str]) -> None:
    messages = [finding.message for finding in findings(anybody_may_use_it, text(**exposed))]

    assert [message.partition(":")[0] for message in messages] == [f"anybody may use {name}" for name in found]


def test_a_tunnel_leads_somewhere_if_anything_is_exposed() -> None:
    assert [finding.message for finding in findings(tunnel_that_leads_nowhere, text())] == [
        "nothing is exposed by the tunnel"
    ]
    assert findings(tunnel_that_leads_nowhere, text(workloads=f"web: {{{EXPOSED}}}")) == []
