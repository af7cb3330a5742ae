"""Cards, and what a pod may have of one."""

from __future__ import annotations

from tests.unit.fleets import resolved


def test_mps_gives_each_pod_an_equal_part_of_a_card_and_time_slicing_all_of_it() -> None:
    made = resolved("""
hosts:
  shared: {role: server, address: 10.0.0.1, gpus: [rtx-4090], sharing: {mps: 3}}
  sliced: {address: 10.0.0.2, gpus: [rtx-3090], sharing: {timeSlicing: 4}}
""")
    shared, sliced = made.cards["shared"][0], made.cards["sliced"][0]

    assert (shared.most, sliced.most) == (shared.usable // 3, sliced.usable)
