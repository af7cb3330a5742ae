"""Decide probes: from what the engine answers, and from how long it may take to load."""

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
"""The probe's budget over the stated worst case: a 70B model was killed for ever because it loaded slowly once."""


def probe_plans(workload: Workload, engine: Engine, first_port: str) -> tuple[ProbePlan, ProbePlan, ProbePlan]:
    """Decide the startup, readiness and liveness probes of something that serves."""
    own, default = workload.probes, engine.probes
    budget = seconds_of(workload.startup or engine.startup) * STARTUP_HEADROOM
    return (
        _probe(own.startup or default.startup, first_port, failures=max(3, -int(-budget // PERIOD))),
        _probe(own.readiness or default.readiness, first_port, failures=3),
        # Six times: a model that computes does not answer at once, and killing it loses the work.
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
