"""Which addresses and names things get, and what follows from them."""

from __future__ import annotations

from typing import Any

import pytest

from pyfleet.model.expose import Exposed
from pyfleet.planning import plan
from pyfleet.planning.platform.load_balancer import service_values
from pyfleet.planning.types.hosts import FirewallRule
from pyfleet.planning.types.network import AddressPlan, PoolPlan, RoutePlan
from pyfleet.planning.types.whole import Plan
from pyfleet.resolved import Resolved
from tests.unit.fleets import CLUSTER, fleet

BOX = "hosts: {box: {role: server, address: 10.0.0.1}}\n"
TWO = "hosts: {one: {role: server, address: 10.0.0.1}, two: {address: 10.0.0.2}}\n"
METALLB = "loadBalancer: {metallb: {pools: {lan: 10.0.0.200-10.0.0.205}}}"
INGRESS = "ingress: {domain: int.example}"
TUNNEL = (
    "tunnel: {cloudflare: {domain: out.example, tunnelId: bf97c29e-17b0-4733-842c-93931fffa39a,"
    " accountId: 0123456789abcdef0123456789abcdef, zoneId: fedcba9876543210fedcba9876543210}}"
)
CHAT = "workloads: {chat: {image: a/b:1, ports: {http: 8000, admin: 9000}, expose: %s}}"


def made(platform: str, rest: str = "", hosts: str = BOX, disable: tuple[str, ...] = ()) -> Plan:
    cluster = {**CLUSTER, "k3s": {"tokenFile": "/run/secrets/k3s-token", "disable": list(disable)}}
    return plan(fleet(f"cluster: {cluster}\n{hosts}platform: {{{platform}}}\n{rest}"))


def values_of(chart: str, planned: Plan) -> dict[str, Any]:
    return next(each.values for each in planned.charts if each.name == chart)


def test_metallb_switches_k3s_own_load_balancer_off() -> None:
    assert made(METALLB, disable=("local-storage",)).k3s.disable == ("local-storage", "servicelb")


def test_without_metallb_k3s_own_load_balancer_stays() -> None:
    assert made("").k3s.disable == ()
    assert made("").metallb is None


def test_speakers_reach_each_other_and_nobody_else_does() -> None:
    rules = {node.name: node.firewall for node in made(METALLB, hosts=TWO).nodes}

    assert rules["two"] == (FirewallRule("nodes", "tcp", (7946, 10250)), FirewallRule("nodes", "udp", (7946, 8472)))


def test_the_speaker_of_a_host_alone_needs_no_port() -> None:
    assert [node.firewall for node in made(METALLB).nodes] == [()]


def test_fixed_addresses_are_not_given_to_whoever_comes_first() -> None:
    metallb = made(METALLB, CHAT % "{loadBalancer: {port: 80, address: 10.0.0.201}}").metallb

    assert metallb is not None
    assert metallb.pools == (
        PoolPlan("lan", ("10.0.0.200/32", "10.0.0.202-10.0.0.205")),
        PoolPlan("lan.fixed", ("10.0.0.201/32",), auto_assign=False),
    )
    place = ("workloads", "chat", "expose", "loadBalancer", "address")
    assert metallb.addresses == (AddressPlan("10.0.0.201", place, "default", "chat", (80,)),)


@pytest.mark.parametrize(
    ("pool", "expected"),
    [
        ("10.0.0.201-10.0.0.201", (PoolPlan("lan.fixed", ("10.0.0.201/32",), auto_assign=False),)),
        ("10.0.0.210-10.0.0.211", (PoolPlan("lan", ("10.0.0.210-10.0.0.211",)),)),
        (
            "10.0.0.200-10.0.0.201",
            (PoolPlan("lan", ("10.0.0.200/32",)), PoolPlan("lan.fixed", ("10.0.0.201/32",), auto_assign=False)),
        ),
    ],
    ids=["all fixed", "none fixed", "the last fixed"],
)
def test_a_pool_is_divided_without_rest(pool: str, expected: tuple[PoolPlan, ...]) -> None:
    platform = f"loadBalancer: {{metallb: {{pools: {{lan: {pool}}}}}}}"
    metallb = made(platform, CHAT % "{loadBalancer: {port: 80, address: 10.0.0.201}}").metallb

    assert metallb is not None
    assert metallb.pools == expected


def test_metallb_comes_without_what_only_bgp_needs() -> None:
    assert values_of("metallb", made(METALLB)) == {"frrk8s": {"enabled": False}, "speaker": {"frr": {"enabled": False}}}


def test_a_chart_is_told_of_its_address() -> None:
    resolved = Resolved(fleet(f"{BOX}platform: {{{METALLB}}}"))
    fixed = Exposed.model_validate({"loadBalancer": {"port": 80, "address": "10.0.0.200"}})

    assert service_values(resolved, fixed) == {
        "type": "LoadBalancer",
        "annotations": {"metallb.io/loadBalancerIPs": "10.0.0.200"},
    }
    assert service_values(resolved, Exposed.model_validate({"loadBalancer": 80})) == {"type": "LoadBalancer"}
    assert service_values(resolved, Exposed()) == {}


def test_the_packaged_traefik_is_told_its_address_and_what_the_user_says() -> None:
    traefik = made(
        f"{METALLB}, ingress: {{domain: int.example, traefik: {{address: 10.0.0.200, values: {{service: {{x: 1}}}}}}}}"
    ).traefik

    assert traefik is not None
    assert traefik.namespace == "kube-system"
    assert traefik.packaged_values == {
        "service": {"annotations": {"metallb.io/loadBalancerIPs": "10.0.0.200"}, "x": 1},
    }


def test_traefik_is_a_chart_where_k3s_leaves_it_out() -> None:
    platform = f"{METALLB}, ingress: {{domain: int.example, traefik: {{address: 10.0.0.200}}}}"
    planned = made(platform, disable=("traefik",))

    assert planned.traefik is not None
    assert (planned.traefik.namespace, planned.traefik.packaged_values) == ("traefik", {})
    assert values_of("traefik", planned) == {
        "service": {"annotations": {"metallb.io/loadBalancerIPs": "10.0.0.200"}},
    }


def test_the_packaged_traefik_is_no_chart_of_ours() -> None:
    assert [chart.name for chart in made(INGRESS).charts] == []


def test_a_workload_has_a_name_in_the_lan_and_one_outside() -> None:
    routes = made(f"{INGRESS}, {TUNNEL}", CHAT % "{ingress: true, tunnel: {name: talk, access: false}}").routes

    assert routes == (
        RoutePlan(
            name="chat",
            kind="workload",
            place=("workloads", "chat", "expose"),
            namespace="default",
            service="chat",
            port=8000,
            host="chat.int.example",
            external="talk.out.example",
            access=False,
        ),
    )


def test_names_that_lead_to_different_ports_are_two_routes() -> None:
    routes = made(f"{INGRESS}, {TUNNEL}", CHAT % "{ingress: true, tunnel: {port: admin}}").routes

    assert [(route.host, route.external, route.port) for route in routes] == [
        ("chat.int.example", None, 8000),
        (None, "chat.out.example", 9000),
    ]


def test_a_route_leads_to_the_port_of_the_service_not_of_the_container() -> None:
    routes = made(f"{INGRESS}, {METALLB}", CHAT % "{ingress: true, loadBalancer: 80}").routes

    assert [route.port for route in routes] == [80]


def test_dashboards_services_outside_and_charts_have_names_too() -> None:
    rest = (
        "services: {nas: {namespace: nas, address: 10.0.0.9, port: 9999, expose: {ingress: files}}}\n"
        "charts: {x: {chart: 'oci://r.example/x', version: '1', namespace: apps,"
        " expose: {service: x-web, servicePort: 8080, ingress: true}}}"
    )
    platform = (
        "ingress: {domain: int.example, traefik: {dashboard: {ingress: true}}},"
        " gitops: {argocd: {repo: 'https://x.example/y.git', expose: {ingress: argo}}},"
        " monitoring: {victoriaMetrics: {}, grafana: {expose: {ingress: true, loadBalancer: 3000}}}"
    )
    routes = made(platform, rest).routes

    assert [(route.kind, route.host, route.service, route.namespace, route.port) for route in routes] == [
        ("chart", "x.int.example", "x-web", "apps", 8080),
        ("platform", "argo.int.example", "argocd-server", "argocd", 80),
        ("platform", "grafana.int.example", "grafana", "monitoring", 3000),
        ("platform", "traefik.int.example", "traefik-dashboard", "kube-system", 80),
        ("service", "files.int.example", "nas", "nas", 9999),
    ]


def test_only_a_name_in_the_lan_has_a_certificate_and_only_where_somebody_signs() -> None:
    signed = "certificates: {certManager: {}}"
    expose = "{ingress: true, tunnel: {port: admin}}"

    assert [route.certificate for route in made(f"{INGRESS}, {TUNNEL}, {signed}", CHAT % expose).routes] == [
        "chat-tls",
        None,
    ]
    assert [route.certificate for route in made(f"{INGRESS}, {TUNNEL}", CHAT % expose).routes] == [None, None]


def test_a_ca_of_the_clusters_own_has_its_name() -> None:
    certificates = made("certificates: {certManager: {}}").certificates

    assert certificates is not None
    assert (certificates.authority, certificates.acme) == ("lab CA", None)


def test_the_name_of_a_ca_is_one_that_x509_allows() -> None:
    cluster = {**CLUSTER, "name": "c" * 63}
    certificates = plan(
        fleet(f"cluster: {cluster}\n{BOX}platform: {{certificates: {{certManager: {{}}}}}}")
    ).certificates

    assert certificates is not None
    assert len(certificates.authority) == 64  # RFC 5280, ub-common-name


def test_records_of_a_public_ca_are_looked_up_where_they_are_written() -> None:
    acme = "{email: me@x.example, cloudflare: dns/token}"
    planned = made(f"certificates: {{certManager: {{acme: {acme}}}}}")

    assert values_of("cert-manager", planned) == {
        "crds": {"enabled": True},
        "dns01RecursiveNameservers": "1.1.1.1:53,1.0.0.1:53",
        "dns01RecursiveNameserversOnly": True,
    }
    assert planned.certificates is not None
    assert planned.certificates.acme is not None
    assert planned.certificates.acme.token == ("dns", "token")
