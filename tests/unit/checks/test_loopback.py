"""Ports that services of 127.0.0.1 are published on."""

from __future__ import annotations

import pytest

from pyfleet.checks.loopback import published_where_something_listens
from tests.unit.fleets import CLUSTER, findings


def found(port: int, workloads: str = "", disable: str = "") -> list[str]:
    k3s = {"tokenFile": "/run/secrets/k3s-token", "disable": disable.split()}
    text = f"""
cluster: { {**CLUSTER, "k3s": k3s} }
hosts:
  box: {{role: server, address: 10.0.0.1, loopback: {{panel: {{port: 9000, publish: {port}}}}}}}
  other: {{address: 10.0.0.2}}
workloads: {{{workloads}}}
"""
    return [finding.message for finding in findings(published_where_something_listens, text)]


WEB = "image: a/b:1, ports: {http: 80}, expose:"


def test_the_port_of_the_service_itself_is_free_on_the_hosts_address() -> None:
    assert found(9000) == []


@pytest.mark.parametrize(
    ("workloads", "port", "owner"),
    [
        ("", 10250, "the kubelet"),
        ("", 443, "Traefik"),
        (f"web: {{{WEB} {{hostPort: 8000}}}}", 8000, "the hostPort of web"),
        (f"web: {{{WEB} {{hostPort: 8000}}, host: box}}", 8000, "the hostPort of web"),
        (f"web: {{{WEB} {{nodePort: 30080}}}}", 30080, "the nodePort of web"),
        (f"web: {{{WEB} {{loadBalancer: 8080}}}}", 8080, "web, by ServiceLB"),
    ],
)
def test_what_listens_there_is_named(workloads: str, port: int, owner: str) -> None:
    assert found(port, workloads) == [f"{port} on box belongs to {owner}"]


def test_what_listens_elsewhere_does_not_matter() -> None:
    assert found(8000, f"web: {{{WEB} {{hostPort: 8000}}, host: other}}") == []
    assert found(443, disable="traefik") == []
    assert found(443, disable="servicelb") == []
    assert found(8080, f"web: {{{WEB} {{loadBalancer: 8080}}}}", disable="servicelb") == []
