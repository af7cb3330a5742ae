"""Decide probes, from the paths that the engine answers and the time that it may take to load."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.planning.types.workloads import ProbePlan
from pyfleet.units import seconds_of

if TYPE_CHECKING:
    from pyfleet.model.catalog import Engine
    from pyfleet.model.workloads import Probe, Workload

PERIOD = 10
"""Seconds between two questions."""
STARTUP_HEADROOM = 1.25
"""Factor of the probe's budget over the stated worst case: a 70B model that loaded slowly once was killed for ever."""


def probe_plans(workload: Workload, engine: Engine, first_port: str) -> tuple[ProbePlan, ProbePlan, ProbePlan]:
    """Decide the startup, readiness and liveness probes of something that serves."""
    own, default = workload.probes, engine.probes
    budget = seconds_of(workload.startup or engine.startup) * STARTUP_HEADROOM
    return (
        _probe(own.startup or default.startup, first_port, failures=max(3, -int(-budget // PERIOD))),
        _probe(own.readiness or default.readiness, first_port, failures=3),
        # Six failures: a model that computes may answer late, and killing it loses its work.
        _probe(own.liveness or default.liveness, first_port, failures=6),
    )


def _probe(probe: Probe | None, first_port: str, *, failures: int) -> ProbePlan:
    return ProbePlan(
        path=probe.path if probe else None,
        port=(probe.port if probe else None) or first_port,
        period=PERIOD,
        timeout=5,
        failure_threshold=failures,
    )
