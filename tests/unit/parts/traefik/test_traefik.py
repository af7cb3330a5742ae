"""Names in the LAN, and what Traefik is given for them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.fleets import named, objects, values_of

BOX = "hosts: {box: {role: server, address: 10.0.0.1}}\n"
DISABLED = "cluster: {name: lab, domain: lab.example, k3s: {tokenFile: /run/secrets/k3s-token, disable: [traefik]}}\n"
INGRESS = "ingress: {domain: int.example}"
ADDRESS = (
    "loadBalancer: {metallb: {pools: {lan: 10.0.0.200-10.0.0.205}}},"
    " ingress: {domain: int.example, traefik: {address: 10.0.0.200%s}}"
)
TUNNEL = (
    "tunnel: {cloudflare: {domain: out.example, tunnelId: bf97c29e-17b0-4733-842c-93931fffa39a,"
    " accountId: 0123456789abcdef0123456789abcdef, zoneId: fedcba9876543210fedcba9876543210}}"
)
CHAT = "workloads: {chat: {namespace: ai, image: a/b:1, ports: {http: 8000}, expose: {ingress: true}}}"
LAN = "services: {nas: {address: 10.0.0.9, port: 9999, expose: {ingress: files}}}"


def made(platform: str, rest: str = "", folder: str = "platform/ingress") -> dict[str, dict[str, Any]]:
    return named(objects(f"{BOX}platform: {{{platform}}}\n{rest}", folder))


def test_a_name_of_a_workload_or_service_stands_in_its_own_folder() -> None:
    chat = made(INGRESS, CHAT, "workloads/chat")["IngressRoute/chat"]
    nas = made(INGRESS, LAN, "services/nas")["IngressRoute/nas"]

    assert chat["metadata"]["namespace"] == "ai"
    assert chat["spec"] == {
        "entryPoints": ["websecure"],
        "routes": [
            {"kind": "Rule", "match": "Host(`chat.int.example`)", "services": [{"name": "chat", "port": 8000}]},
        ],
        "tls": {},
    }
    assert nas["spec"]["routes"][0]["match"] == "Host(`files.int.example`)"
    assert [name for name in made(INGRESS, f"{CHAT}\n{LAN}") if "to-https" not in name] == []


def test_plain_http_is_redirected_under_the_domain_only() -> None:
    redirect = made(INGRESS)

    assert redirect["Middleware/to-https"]["spec"] == {"redirectScheme": {"scheme": "https", "permanent": True}}
    assert redirect["IngressRoute/to-https"]["spec"] == {
        "entryPoints": ["web"],
        "routes": [
            {
                "kind": "Rule",
                "match": r"HostRegexp(`^[^.]+\.int\.example$`)",
                "priority": 1,
                "middlewares": [{"name": "to-https"}],
                "services": [{"kind": "TraefikService", "name": "noop@internal"}],
            }
        ],
    }


def test_the_packaged_traefik_gets_its_address_and_the_users_values() -> None:
    config = made(ADDRESS % ", values: {service: {x: 1}}")["HelmChartConfig/traefik"]

    assert config["metadata"]["namespace"] == "kube-system"
    assert config["spec"] == {
        "valuesContent": "service:\n  annotations:\n    metallb.io/loadBalancerIPs: 10.0.0.200\n  x: 1\n",
    }


def test_the_packaged_traefik_is_configured_only_where_there_is_something_to_set() -> None:
    assert "HelmChartConfig/traefik" not in made(INGRESS)


def test_traefik_is_a_chart_in_a_namespace_of_its_own_where_k3s_leaves_it_out() -> None:
    text = f"{DISABLED}{BOX}platform: {{{ADDRESS % ''}}}"
    given = named(objects(text, "platform/ingress"))

    assert values_of("traefik", text) == {"service": {"annotations": {"metallb.io/loadBalancerIPs": "10.0.0.200"}}}
    assert "HelmChartConfig/traefik" not in given
    assert {each["metadata"]["namespace"] for each in given.values()} == {"traefik"}


def test_its_dashboard_is_reached_from_outside_by_no_entry_point_of_the_lan() -> None:
    given = made(f"ingress: {{domain: int.example, traefik: {{dashboard: {{tunnel: true}}}}}}, {TUNNEL}")
    dashboard = [{"kind": "TraefikService", "name": "api@internal"}]

    assert given["IngressRoute/traefik-dashboard"]["spec"] == {
        "entryPoints": ["traefik"],
        "routes": [{"kind": "Rule", "match": "Host(`traefik.out.example`)", "services": dashboard}],
    }
    assert given["Service/traefik-dashboard"]["spec"] == {
        "selector": {"app.kubernetes.io/name": "traefik"},
        "ports": [{"name": "http", "port": 80, "targetPort": "traefik"}],
    }
    assert "IngressRoute/traefik" not in given


def test_its_dashboard_in_the_lan_only_needs_no_service() -> None:
    given = made("ingress: {domain: int.example, traefik: {dashboard: {ingress: true}}}")

    assert given["IngressRoute/traefik"]["spec"]["routes"] == [
        {
            "kind": "Rule",
            "match": "Host(`traefik.int.example`)",
            "services": [{"kind": "TraefikService", "name": "api@internal"}],
        }
    ]
    assert "Service/traefik-dashboard" not in given


@pytest.mark.parametrize("folder", ["platform/ingress", "workloads/chat"])
def test_without_a_domain_there_are_no_names(folder: str) -> None:
    assert [name for name in made("", CHAT, folder) if name.startswith(("IngressRoute", "Middleware"))] == []
