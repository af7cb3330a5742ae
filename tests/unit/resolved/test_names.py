"""What Services have fixed addresses, and what a chart is given for one."""

from __future__ import annotations

from pyfleet.model.expose import Exposed
from pyfleet.offers.names import FixedAddress
from pyfleet.resolved.names import fixed_addresses, service_values
from tests.unit.fleets import resolved

BOX = "hosts: {box: {role: server, address: 10.0.0.1}}\n"
METALLB = "loadBalancer: {metallb: {pools: {lan: 10.0.0.200-10.0.0.205}}}"


def test_fixed_addresses_are_those_of_workloads_dashboards_and_the_ingress() -> None:
    text = f"""
{BOX}
platform:
  {METALLB}
  ingress: {{domain: int.example, traefik: {{address: 10.0.0.202}}}}
  monitoring: {{prometheus: {{}}, grafana: {{expose: {{loadBalancer: {{port: 81, address: 10.0.0.203}}}}}}}}
workloads:
  chat: {{image: a/b:1, ports: {{http: 8000}}, expose: {{loadBalancer: {{port: 80, address: 10.0.0.201}}}}}}
  any: {{image: a/b:1, ports: {{http: 8000}}, expose: {{loadBalancer: 82}}}}
"""
    chat = ("workloads", "chat", "expose", "loadBalancer", "address")
    grafana = ("platform", "monitoring", "grafana", "expose", "loadBalancer", "address")

    assert list(fixed_addresses(resolved(text))) == [
        FixedAddress("10.0.0.201", chat, "default", "chat", (80,)),
        FixedAddress("10.0.0.203", grafana, "monitoring", "grafana", (81,)),
        FixedAddress("10.0.0.202", ("platform", "ingress", "traefik", "address"), "kube-system", "traefik", (80, 443)),
    ]


def test_a_chart_is_given_the_type_and_the_address_of_its_service() -> None:
    metallb = resolved(f"{BOX}platform: {{{METALLB}}}")
    fixed = Exposed.model_validate({"loadBalancer": {"port": 80, "address": "10.0.0.200"}})

    assert service_values(metallb, fixed) == {
        "type": "LoadBalancer",
        "annotations": {"metallb.io/loadBalancerIPs": "10.0.0.200"},
    }
    assert service_values(metallb, Exposed.model_validate({"loadBalancer": 80})) == {"type": "LoadBalancer"}
    assert service_values(metallb, Exposed()) == {}
    assert service_values(resolved(BOX), fixed) == {"type": "LoadBalancer"}
