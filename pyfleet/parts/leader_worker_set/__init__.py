"""LeaderWorkerSet: groups of pods on several hosts that serve one model together."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pyfleet.checks.registry import checks_of
from pyfleet.offers.charts import NeededChart
from pyfleet.offers.part import Controller, Part
from pyfleet.parts.leader_worker_set import checks
from pyfleet.parts.leader_worker_set.objects import LEADER, ROLE_LABEL, leader_worker_set

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.resolved import Resolved

KIND = "LeaderWorkerSet"


def _charts(resolved: Resolved) -> Iterator[NeededChart]:
    if any(workload.kind == KIND for workload in resolved.fleet.workloads.values()):
        yield NeededChart("lws")


part = Part(
    name="leader_worker_set",
    catalog=Path(__file__).with_name("charts.yaml"),
    checks=checks_of(checks),
    charts=_charts,
    controllers={KIND: Controller(leader_worker_set, serving={ROLE_LABEL: LEADER})},
)
