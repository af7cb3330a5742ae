"""Whether pods that each need one port of a host find hosts: the answer of trying every way."""

from __future__ import annotations

import random
from itertools import product

import pytest

from pyfleet.checks.host_ports import Seats
from pyfleet.pipeline import examine
from tests.unit.fleets import fleet

HOSTS = ("a", "b", "c", "d")


def fits(pods: list[tuple[str, ...]]) -> bool:
    """Whether every pod can have a host of its own, by trying all ways."""
    return any(len(set(way)) == len(pods) for way in product(*pods))


@pytest.mark.parametrize("seed", range(40))
def test_pods_find_hosts_if_there_is_any_way(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a seeded test
    seats = Seats()
    seated: list[tuple[str, ...]] = []
    for number in range(5):
        hosts = tuple(chance.sample(HOSTS, chance.randint(1, 4)))
        pods, stays = chance.randint(1, 2), chance.random() < 0.7
        expected = not fits([*seated, *[hosts] * pods])

        assert seats.missing(f"w{number}", hosts, pods, stays=stays) == expected
        if stays and not expected:
            seated += [hosts] * pods
    assert len(seats.holders) == len(seated)


def test_the_way_may_lead_over_a_thousand_hosts() -> None:
    seats = Seats()
    for number in range(1500):
        assert not seats.missing(f"w{number}", (f"h{number}", f"h{number + 1}"), 1, stays=True)

    assert not seats.missing("first", ("h0",), 1, stays=True)
    assert seats.missing("second", ("h0",), 1, stays=True)


def codes(text: str) -> list[str]:
    return [problem.code for problem in examine(fleet(text)).errors]


WEB = "workloads: {web: {image: 'registry.example/a:v1', host: bix, ports: {http: 80}, expose: {hostPort: %s}}}\n"


@pytest.mark.parametrize(
    ("host", "found"),
    [
        ("{address: 10.0.0.2}", ["F405"]),
        ("{address: 10.0.0.2, labels: {svccontroller.k3s.cattle.io/enablelb: 'true'}}", ["F405"]),
        ("{address: 10.0.0.2, labels: {svccontroller.k3s.cattle.io/enablelb: 'false'}}", []),
        ("{address: 10.0.0.2, taints: ['CriticalAddonsOnly=true:NoExecute']}", ["F405"]),
        ("{address: 10.0.0.2, taints: ['room=cold:PreferNoSchedule']}", ["F405"]),
    ],
)
def test_service_lb_has_ports_where_its_pods_run(host: str, found: list[str]) -> None:
    hosts = f"hosts: {{box: {{role: server, address: 10.0.0.1}}, bix: {host}}}\n"

    assert codes(hosts + WEB % 443) == found


@pytest.mark.parametrize(
    ("k3s", "port", "found"),
    [
        ("", 2379, ["F405"]),
        (", datastore: external, serverEnvironmentFile: /run/secrets/k3s.env", 2379, []),
        (", embeddedRegistry: true", 5001, ["F405"]),
        ("", 5001, []),
    ],
)
def test_a_port_is_in_use_where_k3s_needs_it(k3s: str, port: int, found: list[str]) -> None:
    text = f"cluster: {{name: lab, domain: lab.example, k3s: {{tokenFile: /run/token{k3s}}}}}\n"

    assert codes(f"{text}hosts: {{bix: {{role: server, address: 10.0.0.1}}}}\n{WEB % port}") == found


@pytest.mark.parametrize(
    ("values", "port", "found"),
    [
        ("{}", 9100, ["F405"]),
        ("{prometheus-node-exporter: {enabled: false}}", 9100, []),
        ("{prometheus-node-exporter: {hostNetwork: false}}", 9100, []),
        ("{prometheus-node-exporter: {service: {port: 9101}}}", 9100, []),
        ("{prometheus-node-exporter: {service: {port: 9101}}}", 9101, ["F405"]),
        ("{prometheus-node-exporter: none}", 9100, ["F405"]),
    ],
)
def test_the_node_exporter_has_the_port_that_its_chart_is_given(values: str, port: int, found: list[str]) -> None:
    hosts = "hosts: {bix: {role: server, address: 10.0.0.1}}\n"
    platform = f"platform: {{monitoring: {{victoriaMetrics: {{values: {values}}}}}}}\n"

    assert codes(hosts + platform + WEB % port) == found
