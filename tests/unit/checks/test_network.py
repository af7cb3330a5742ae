"""What the checks of ports and names find, and what they leave alone."""

from __future__ import annotations

from pyfleet.checks.routes import name_given_twice, name_that_leads_nowhere
from pyfleet.checks.services import load_balancer_port_that_is_taken
from tests.unit.fleets import findings

BOX = "hosts: {box: {role: server, address: 10.0.0.1}}\n"
METALLB = "loadBalancer: {metallb: {pools: {lan: 10.0.0.200-10.0.0.220}}}"
ARGO = "gitops: {argocd: {repo: 'https://x.example/y.git', expose: {loadBalancer: 80}}}"
WEB = "workloads: {web: {image: a/b:1, ports: {http: 8080}, expose: {loadBalancer: 80}}}"
TAKEN = ["ServiceLB opens port 80 on every host, where Traefik has it already"]


def taken_ports(text: str) -> list[str]:
    return [finding.message for finding in findings(load_balancer_port_that_is_taken, BOX + text)]


def test_a_dashboard_can_have_no_port_of_traefiks() -> None:
    assert taken_ports(f"platform: {{{ARGO}}}") == TAKEN


def test_with_metallb_each_has_ports_of_its_own() -> None:
    assert taken_ports(f"platform: {{{METALLB}, {ARGO}}}\n{WEB}") == []


def test_a_traefik_of_the_fleets_own_has_its_ports_as_well() -> None:
    cluster = (
        "cluster: {name: lab, domain: lab.example, k3s: {tokenFile: /run/secrets/k3s-token, disable: [traefik]}}\n"
    )

    assert taken_ports(f"{cluster}{WEB}") == []
    assert taken_ports(f"{cluster}platform: {{ingress: {{domain: x.example}}}}\n{WEB}") == TAKEN


def test_one_thing_may_have_one_name_inside_and_outside() -> None:
    text = (
        f"{BOX}platform: {{ingress: {{domain: x.example}}, tunnel: {{cloudflare: {{domain: x.example,"
        " tunnelId: bf97c29e-17b0-4733-842c-93931fffa39a, accountId: 0123456789abcdef0123456789abcdef,"
        " zoneId: fedcba9876543210fedcba9876543210}}}\n"
        "workloads: {web: {image: a/b:1, ports: {http: 80}, expose: {ingress: true, tunnel: true}},"
        " api: {image: a/b:1, ports: {http: 80}, expose: {tunnel: %s}}}"
    )

    assert findings(name_given_twice, text % "true") == []
    assert [finding.path for finding in findings(name_given_twice, text % "web")] == [
        ("workloads", "api", "expose", "tunnel")
    ]


def test_an_engine_has_ports_without_the_fleet_naming_any() -> None:
    text = "workloads: {it: {engine: vllm, image: 'a/b:1', expose: {ingress: true}}}"

    assert findings(name_that_leads_nowhere, BOX + text) == []
