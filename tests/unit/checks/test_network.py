"""What the checks of addresses and names find, and what they leave alone."""

from __future__ import annotations

import pytest

from pyfleet.checks.addresses import pool_of_addresses_that_are_taken, two_load_balancers
from pyfleet.checks.routes import name_given_twice, name_that_leads_nowhere
from pyfleet.checks.services import load_balancer_port_that_is_taken
from pyfleet.planning import plan
from pyfleet.resolved import Resolved
from tests.unit.fleets import fleet

BOX = "hosts: {box: {role: server, address: 10.0.0.1}}\n"
METALLB = "loadBalancer: {metallb: {pools: {lan: 10.0.0.200-10.0.0.220}}}"
ARGO = "gitops: {argocd: {repo: 'https://x.example/y.git', expose: {loadBalancer: 80}}}"
WEB = "workloads: {web: {image: a/b:1, ports: {http: 8080}, expose: {loadBalancer: 80}}}"


def taken_ports(text: str) -> list[str]:
    made = fleet(BOX + text)
    return [finding.message for finding in load_balancer_port_that_is_taken(Resolved(made), plan(made))]


def test_a_dashboard_can_have_no_port_of_traefiks() -> None:
    assert taken_ports(f"platform: {{{ARGO}}}") == [
        "ServiceLB opens port 80 on every host, where Traefik has it already"
    ]


def test_with_metallb_each_has_ports_of_its_own() -> None:
    assert taken_ports(f"platform: {{{METALLB}, {ARGO}}}\n{WEB}") == []


@pytest.mark.parametrize("text", ["apiVersion: metallb.io/v1beta1\nkind: L2Advertisement", "spec:\n  chart: metallb\n"])
def test_metallb_in_a_file_among_the_manifests_is_found(text: str) -> None:
    made = fleet(f"{BOX}manifests: [lb.yaml]")
    made._manifest_files = {"lb.yaml": text}  # noqa: SLF001 - `load` reads them

    assert [finding.path for finding in two_load_balancers(Resolved(made))] == [("manifests", 0)]


def test_an_object_among_the_manifests_that_is_odd_is_left_alone() -> None:
    made = fleet(f"{BOX}manifests: [{{spec: [metallb]}}, {{apiVersion: 1, spec: {{chart: [metallb]}}}}]")

    assert list(two_load_balancers(Resolved(made))) == []


def test_one_thing_may_have_one_name_inside_and_outside() -> None:
    text = (
        "platform: {ingress: {domain: x.example}, tunnel: {cloudflare: {domain: x.example,"
        " tunnelId: bf97c29e-17b0-4733-842c-93931fffa39a, accountId: 0123456789abcdef0123456789abcdef,"
        " zoneId: fedcba9876543210fedcba9876543210}}}\n"
        "workloads: {web: {image: a/b:1, ports: {http: 80}, expose: {ingress: true, tunnel: true}},"
        " api: {image: a/b:1, ports: {http: 80}, expose: {tunnel: %s}}}"
    )

    assert list(name_given_twice(Resolved(fleet(BOX + text % "true")))) == []
    assert [finding.path for finding in name_given_twice(Resolved(fleet(BOX + text % "web")))] == [
        ("workloads", "api", "expose", "tunnel")
    ]


def test_the_virtual_address_is_taken() -> None:
    cluster = (
        "cluster: {name: lab, domain: lab.example, virtualAddress: {address: 10.0.0.210, interface: eth0},"
        " k3s: {tokenFile: /run/secrets/k3s-token}}\n"
    )
    found = pool_of_addresses_that_are_taken(Resolved(fleet(f"{cluster}{BOX}platform: {{{METALLB}}}")))

    assert [finding.message for finding in found] == ["10.0.0.200-10.0.0.220 overlaps the virtual address (10.0.0.210)"]


def test_an_engine_has_ports_without_the_fleet_saying_any() -> None:
    text = "workloads: {it: {engine: vllm, image: 'a/b:1', expose: {ingress: true}}}"

    assert list(name_that_leads_nowhere(Resolved(fleet(BOX + text)))) == []


def test_a_traefik_of_the_fleets_own_has_its_ports_as_well() -> None:
    cluster = (
        "cluster: {name: lab, domain: lab.example, k3s: {tokenFile: /run/secrets/k3s-token, disable: [traefik]}}\n"
    )

    assert taken_ports(f"{cluster}{WEB}") == []
    assert taken_ports(f"{cluster}platform: {{ingress: {{domain: x.example}}}}\n{WEB}") == [
        "ServiceLB opens port 80 on every host, where Traefik has it already"
    ]
