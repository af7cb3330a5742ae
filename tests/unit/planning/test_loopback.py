"""What listens on 127.0.0.1 of a host, and who reaches it where it is published."""

from __future__ import annotations

from pyfleet.planning.types.hosts import LoopbackPlan
from tests.unit.fleets import planned


def published(service: str) -> tuple[LoopbackPlan, ...]:
    made = planned(f"""
hosts:
  box: {{role: server, address: 10.0.0.1, loopback: {{dashboard: {service}}}}}
  other: {{address: 10.0.0.2}}
""")
    assert made.nodes[1].loopback == ()
    return made.nodes[0].loopback


def test_the_fleets_hosts_and_pods_reach_it() -> None:
    assert published("{port: 11000, publish: 11001}") == (
        LoopbackPlan(
            name="dashboard",
            port=11000,
            publish=11001,
            sources=(),
            allowed=("10.0.0.1", "10.0.0.2", "10.42.0.0/16"),
        ),
    )


def test_networks_may_be_let_in_and_none_lies_in_another() -> None:
    service = published("{port: 11000, publish: 11001, from: [10.0.8.0/24, 10.0.9.9, 10.0.9.0/24, 192.0.2.7]}")[0]

    assert service.sources == ("10.0.8.0/23", "192.0.2.7/32")
    assert service.allowed == ("10.0.0.1", "10.0.0.2", "10.42.0.0/16", "10.0.8.0/23", "192.0.2.7/32")
