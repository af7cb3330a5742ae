"""What is known of the hosts that a workload may use."""

from __future__ import annotations

import pytest

from pyfleet.resolved import Resolved
from tests.unit.fleets import fleet


@pytest.mark.parametrize(
    ("memory", "largest"),
    [
        (["64Gi", "128Gi", "32Gi"], 128 * 2**30),
        (["64Gi", None, "32Gi"], None),  # it may be the largest, so nothing can be said to be too much
        ([None], None),
        ([], None),
    ],
)
def test_the_largest_memory_is_known_only_if_that_of_each_host_is(
    memory: list[str | None], largest: int | None
) -> None:
    hosts = ", ".join(
        f"h{number}: {{address: 10.0.0.{number}{f', memory: {size}' if size else ''}}}"
        for number, size in enumerate(memory, start=1)
    )
    resolved = Resolved(fleet(f"hosts: {{{hosts or 'other: {address: 10.0.0.9, memory: 8Gi}'}}}\n"))

    assert resolved.largest_memory_among(tuple(host for host in resolved.fleet.hosts if host != "other")) == largest
