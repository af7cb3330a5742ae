"""What the checks of addresses find, and what they leave alone."""

from __future__ import annotations

import pytest

from pyfleet.parts.metallb.checks import pool_of_addresses_that_are_taken, two_load_balancers
from tests.unit.fleets import findings

BOX = "hosts: {box: {role: server, address: 10.0.0.1}}\n"


@pytest.mark.parametrize("text", ["apiVersion: metallb.io/v1beta1\nkind: L2Advertisement", "spec:\n  chart: metallb\n"])
def test_metallb_in_a_file_among_the_manifests_is_found(text: str) -> None:
    found = findings(two_load_balancers, f"{BOX}manifests: [lb.yaml]", {"lb.yaml": text})

    assert [finding.path for finding in found] == [("manifests", 0)]


def test_an_object_among_the_manifests_that_is_odd_is_left_alone() -> None:
    odd = "manifests: [{spec: [metallb]}, {apiVersion: 1, spec: {chart: [metallb]}}]"

    assert findings(two_load_balancers, BOX + odd) == []


def test_the_virtual_address_is_taken() -> None:
    text = (
        "cluster: {name: lab, domain: lab.example, virtualAddress: {address: 10.0.0.210, interface: eth0},"
        " k3s: {tokenFile: /run/secrets/k3s-token}}\n"
        f"{BOX}platform: {{loadBalancer: {{metallb: {{pools: {{lan: 10.0.0.200-10.0.0.220}}}}}}}}"
    )

    assert [finding.message for finding in findings(pool_of_addresses_that_are_taken, text)] == [
        "10.0.0.200-10.0.0.220 overlaps the virtual address (10.0.0.210)"
    ]
