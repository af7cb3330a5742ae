"""Which names lead to what."""

from __future__ import annotations

from pyfleet.planning.routes import Route
from tests.unit.fleets import planned

BOX = "hosts: {box: {role: server, address: 10.0.0.1}}\n"
METALLB = "loadBalancer: {metallb: {pools: {lan: 10.0.0.200-10.0.0.205}}}"
INGRESS = "ingress: {domain: int.example}"
TUNNEL = (
    "tunnel: {cloudflare: {domain: out.example, tunnelId: bf97c29e-17b0-4733-842c-93931fffa39a,"
    " accountId: 0123456789abcdef0123456789abcdef, zoneId: fedcba9876543210fedcba9876543210}}"
)
SIGNED = "certificates: {certManager: {}}"
CHAT = "workloads: {chat: {image: a/b:1, ports: {http: 8000, admin: 9000}, expose: %s}}"


def routes(platform: str, rest: str) -> tuple[Route, ...]:
    return planned(f"{BOX}platform: {{{platform}}}\n{rest}").routes


def test_a_workload_has_a_name_in_the_lan_and_one_outside() -> None:
    (route,) = routes(f"{INGRESS}, {TUNNEL}", CHAT % "{ingress: true, tunnel: {name: talk, access: false}}")

    assert (route.endpoint.name, route.endpoint.kind, route.folder) == ("chat", "workload", "workloads/chat")
    assert (route.endpoint.namespace, route.endpoint.service, route.port) == ("default", "chat", 8000)
    assert (route.host, route.external, route.access) == ("chat.int.example", "talk.out.example", False)


def test_names_that_lead_to_different_ports_are_two_routes() -> None:
    made = routes(f"{INGRESS}, {TUNNEL}", CHAT % "{ingress: true, tunnel: {port: admin, access: false}}")

    assert [(route.host, route.external, route.port, route.access) for route in made] == [
        ("chat.int.example", None, 8000, True),
        (None, "chat.out.example", 9000, False),
    ]


def test_a_route_leads_to_the_port_of_the_service_not_of_the_container() -> None:
    made = routes(f"{INGRESS}, {METALLB}", CHAT % "{ingress: true, loadBalancer: 80}")

    assert [route.port for route in made] == [80]


def test_a_name_needs_a_domain() -> None:
    everywhere = CHAT % "{ingress: true, tunnel: true}"

    assert [(route.host, route.external) for route in routes(INGRESS, everywhere)] == [("chat.int.example", None)]
    assert [(route.host, route.external) for route in routes(TUNNEL, everywhere)] == [(None, "chat.out.example")]
    assert routes("", everywhere) == ()


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
    found = [
        (route.endpoint.kind, route.host, route.endpoint.service, route.endpoint.namespace, route.port, route.folder)
        for route in routes(platform, rest)
    ]

    assert found == [
        ("chart", "x.int.example", "x-web", "apps", 8080, None),
        ("platform", "argo.int.example", "argocd-server", "argocd", 80, None),
        ("platform", "grafana.int.example", "grafana", "monitoring", 3000, None),
        ("platform", "traefik.int.example", "traefik-dashboard", "kube-system", 80, None),
        ("service", "files.int.example", "nas", "nas", 9999, "services/nas"),
    ]


def test_only_a_name_in_the_lan_has_a_certificate_and_only_where_somebody_signs() -> None:
    expose = CHAT % "{ingress: true, tunnel: {port: admin}}"
    signed, unsigned = (routes(f"{INGRESS}, {TUNNEL}{more}", expose) for more in (f", {SIGNED}", ""))

    assert [route.certificate for route in signed] == ["chat-tls", None]
    assert [route.certificate for route in unsigned] == [None, None]
