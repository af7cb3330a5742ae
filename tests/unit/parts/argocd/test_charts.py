"""What Argo CD is given."""

from __future__ import annotations

from typing import Any

from tests.unit.fleets import values_of

HOSTS = "hosts: {box: {role: server, address: 10.0.0.1}}\n"
METALLB = "loadBalancer: {metallb: {pools: {lan: 10.0.1.10-10.0.1.20}}}"


def values(argocd: str = "", rest: str = "", platform: str = "") -> dict[str, Any]:
    repo = "repo: 'https://git.example.com/fleet.git'"
    text = f"{HOSTS}platform: {{gitops: {{argocd: {{{repo}{argocd}}}}}, {platform}}}\n{rest}"
    return values_of("argocd", text)


def test_it_leaves_tls_to_others_and_asks_the_api_server_for_differences() -> None:
    params = values()["configs"]["params"]

    assert (params["server.insecure"], params["controller.diff.server.side"]) == (True, True)


def test_it_applies_the_addresses_of_services_outside() -> None:
    outside = values(rest="services: {lmstudio: {address: 192.168.6.19, port: 1234}}\n")["configs"]["cm"]

    assert "EndpointSlice" not in outside["resource.exclusions"]
    assert "resource.exclusions" not in values()["configs"]["cm"]


def test_an_address_of_its_own_has_the_port_that_the_fleet_says() -> None:
    assert values(", expose: {loadBalancer: {port: 81, address: 10.0.1.10}}", platform=METALLB)["server"] == {
        "service": {
            "type": "LoadBalancer",
            "annotations": {"metallb.io/loadBalancerIPs": "10.0.1.10"},
            "servicePortHttp": 81,
        }
    }
    assert "server" not in values()


def test_without_metallb_it_does_not_take_traefiks_port() -> None:
    service = values(", expose: {loadBalancer: 8081}")["server"]["service"]

    assert (service["servicePortHttp"], service["servicePortHttps"]) == (8081, 8443)
