"""How often a probe may fail before a pod is killed, or gets no more requests."""

from __future__ import annotations

import pytest

from pyfleet.pipeline import plan
from pyfleet.planning.types.workloads import ProbePlan
from tests.unit.fleets import fleet


def probes(text: str) -> list[ProbePlan | None]:
    made = fleet(
        "hosts: {box: {role: server, address: 10.0.0.1}}\n"
        f"workloads: {{it: {{image: a/b:1, ports: {{http: 80, admin: 81}}, {text}}}}}\n"
    )
    (workload,) = plan(made).workloads
    return [workload.startup, workload.readiness, workload.liveness]


@pytest.mark.parametrize(
    ("startup", "failures"),
    [("1s", 3), ("24s", 3), ("25s", 4), ("80s", 10), ("81s", 11), ("10m", 75)],
)
def test_a_start_may_take_a_quarter_longer_than_stated_and_half_a_minute_at_least(startup: str, failures: int) -> None:
    """A 70B model was killed for ever because it loaded slowly once; one late answer is no failure."""
    assert probes(f"startup: {startup}")[0] == ProbePlan(
        path=None, port="http", period=10, timeout=5, failure_threshold=failures
    )


def test_what_computes_may_be_silent_for_a_minute_before_it_is_killed() -> None:
    _, readiness, liveness = probes("startup: 1s")

    assert readiness == ProbePlan(path=None, port="http", period=10, timeout=5, failure_threshold=3)
    assert liveness == ProbePlan(path=None, port="http", period=10, timeout=5, failure_threshold=6)


def test_a_probe_of_the_workloads_own_takes_the_place_of_the_engines() -> None:
    own = "{startup: {path: /up}, readiness: {path: /ready, port: admin}, liveness: {port: admin}}"
    asked = [(each.path, each.port) for each in probes(f"probes: {own}") if each]

    assert asked == [("/up", "http"), ("/ready", "admin"), (None, "admin")]
