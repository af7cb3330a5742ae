"""How addresses, names and certificates are spelled."""

from __future__ import annotations

from typing import Any

import yaml

from pyfleet.planning import plan
from pyfleet.rendering.kubernetes import all_apps, render_kubernetes
from tests.unit.fleets import fleet

BOX = "hosts: {box: {role: server, address: 10.0.0.1}}\n"
SIGNED = "certificates: {certManager: {}}"
TUNNEL = (
    "tunnel: {cloudflare: {domain: out.example, tunnelId: bf97c29e-17b0-4733-842c-93931fffa39a,"
    " accountId: 0123456789abcdef0123456789abcdef, zoneId: fedcba9876543210fedcba9876543210}}"
)
CHAT = "workloads: {chat: {image: a/b:1, ports: {http: 8000}, expose: %s}}"


def rendered(platform: str, rest: str = "") -> dict[str, dict[str, Any]]:
    """Objects by `folder/kind-name`."""
    made = plan(fleet(f"{BOX}platform: {{{platform}}}\n{rest}"))
    files = render_kubernetes(made, all_apps(made))
    found = {}
    for path, text in files.items():
        if not path.endswith("kustomization.yaml"):
            body = yaml.safe_load(text)
            folder = path.removeprefix("kubernetes/").rpartition("/")[0]
            found[f"{folder}/{body['kind']}-{body['metadata']['name']}"] = body
    return found


def test_metallb_answers_for_its_pools_on_the_interfaces_that_were_said() -> None:
    objects = rendered("loadBalancer: {metallb: {pools: {lan: 10.0.0.200-10.0.0.205}, interfaces: [eth0]}}")

    assert objects["platform/metallb/IPAddressPool-lan"]["spec"] == {"addresses": ["10.0.0.200-10.0.0.205"]}
    assert objects["platform/metallb/L2Advertisement-fleet"]["spec"] == {
        "ipAddressPools": ["lan"],
        "interfaces": ["eth0"],
    }
    assert objects["platform/metallb/IPAddressPool-lan"]["metadata"]["namespace"] == "metallb-system"


def test_a_fixed_address_is_asked_for_and_given_to_nobody_else() -> None:
    objects = rendered(
        "loadBalancer: {metallb: {pools: {lan: 10.0.0.200-10.0.0.205}}}",
        CHAT % "{loadBalancer: {port: 80, address: 10.0.0.200}}",
    )

    service = objects["workloads/chat/Service-chat"]
    assert service["metadata"]["annotations"] == {"metallb.io/loadBalancerIPs": "10.0.0.200"}
    assert service["spec"]["type"] == "LoadBalancer"
    assert objects["platform/metallb/IPAddressPool-lan.fixed"]["spec"] == {
        "addresses": ["10.0.0.200/32"],
        "autoAssign": False,
    }


def test_a_workload_has_its_name_and_certificate_in_its_own_folder() -> None:
    objects = rendered(f"ingress: {{domain: int.example}}, {SIGNED}", CHAT % "{ingress: true}")

    assert objects["workloads/chat/IngressRoute-chat"]["spec"] == {
        "entryPoints": ["websecure"],
        "routes": [
            {"kind": "Rule", "match": "Host(`chat.int.example`)", "services": [{"name": "chat", "port": 8000}]},
        ],
        "tls": {"secretName": "chat-tls"},
    }
    assert objects["workloads/chat/Certificate-chat"]["spec"] == {
        "secretName": "chat-tls",
        "dnsNames": ["chat.int.example"],
        "usages": ["digital signature", "key encipherment", "server auth"],
        "issuerRef": {"group": "cert-manager.io", "kind": "ClusterIssuer", "name": "fleet"},
    }


def test_without_a_signer_it_is_tls_all_the_same() -> None:
    objects = rendered("ingress: {domain: int.example}", CHAT % "{ingress: true}")

    assert objects["workloads/chat/IngressRoute-chat"]["spec"]["tls"] == {}
    assert "workloads/chat/Certificate-chat" not in objects


def test_plain_http_is_sent_on_under_the_domain_only() -> None:
    objects = rendered("ingress: {domain: int.example}")

    assert objects["platform/ingress/Middleware-to-https"]["spec"] == {
        "redirectScheme": {"scheme": "https", "permanent": True},
    }
    assert objects["platform/ingress/IngressRoute-to-https"]["spec"] == {
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


def test_the_packaged_traefik_is_told_only_where_there_is_something_to_tell() -> None:
    told = rendered("ingress: {domain: int.example, traefik: {values: {logs: {general: {level: WARN}}}}}")

    assert told["platform/ingress/HelmChartConfig-traefik"]["spec"] == {
        "valuesContent": "logs:\n  general:\n    level: WARN\n",
    }
    assert "platform/ingress/HelmChartConfig-traefik" not in rendered("ingress: {domain: int.example}")


def test_traefiks_dashboard_is_reached_from_outside_by_no_entry_point_of_the_lan() -> None:
    objects = rendered(f"ingress: {{domain: int.example, traefik: {{dashboard: {{tunnel: true}}}}}}, {TUNNEL}")
    dashboard = [{"kind": "TraefikService", "name": "api@internal"}]

    assert objects["platform/ingress/IngressRoute-traefik-dashboard"]["spec"] == {
        "entryPoints": ["traefik"],
        "routes": [{"kind": "Rule", "match": "Host(`traefik.out.example`)", "services": dashboard}],
    }
    assert objects["platform/ingress/Service-traefik-dashboard"]["spec"] == {
        "selector": {"app.kubernetes.io/name": "traefik"},
        "ports": [{"name": "http", "port": 80, "targetPort": "traefik"}],
    }
    assert "platform/ingress/IngressRoute-traefik" not in objects


def test_a_dashboard_in_the_lan_only_needs_no_service() -> None:
    objects = rendered("ingress: {domain: int.example, traefik: {dashboard: {ingress: true}}}")

    assert objects["platform/ingress/IngressRoute-traefik"]["spec"]["routes"] == [
        {
            "kind": "Rule",
            "match": "Host(`traefik.int.example`)",
            "services": [{"kind": "TraefikService", "name": "api@internal"}],
        }
    ]
    assert "platform/ingress/Service-traefik-dashboard" not in objects


def test_a_ca_of_the_clusters_own_keeps_its_key() -> None:
    objects = rendered(SIGNED)
    authority = objects["platform/certificates/Certificate-fleet-ca"]

    assert authority["metadata"]["namespace"] == "cert-manager"
    assert authority["spec"]["isCA"] is True
    assert authority["spec"]["privateKey"]["rotationPolicy"] == "Never"
    assert authority["spec"]["issuerRef"]["name"] == "selfsigned"
    assert objects["platform/certificates/ClusterIssuer-fleet"]["spec"] == {
        "ca": {"secretName": authority["spec"]["secretName"]},
    }


def test_a_public_ca_is_shown_whose_the_domain_is_by_dns() -> None:
    objects = rendered("certificates: {certManager: {acme: {email: me@x.example, cloudflare: dns/token}}}")

    assert objects["platform/certificates/ClusterIssuer-fleet"]["spec"]["acme"] == {
        "email": "me@x.example",
        "server": "https://acme-v02.api.letsencrypt.org/directory",
        "privateKeySecretRef": {"name": "fleet-acme-account"},
        "solvers": [{"dns01": {"cloudflare": {"apiTokenSecretRef": {"name": "dns", "key": "token"}}}}],
    }
    assert "platform/certificates/Certificate-fleet-ca" not in objects


def test_nothing_of_it_is_there_unless_asked_for() -> None:
    folders = {name.rpartition("/")[0] for name in rendered("", CHAT % "{}")}

    assert folders & {"platform/metallb", "platform/ingress", "platform/certificates"} == set()
