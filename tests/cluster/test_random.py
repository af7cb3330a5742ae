"""Fleets made by chance: what `check` finds no error in is accepted, and runs where the plan says, in any order."""

from __future__ import annotations

import os
import random
from typing import TYPE_CHECKING

import pytest
import yaml

import pyfleet
from tests.cluster.fleets import of_file
from tests.unit.placement.generated import BOOKED, small_fleet

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cluster.conftest import Chance
    from tests.cluster.control_plane import ControlPlane, Snapshot

SEEDS = [*range(BOOKED[0] - 100, BOOKED[0] + int(os.environ.get("PYFLEET_FLEETS", "200")) - 100)]
"""The same fleets at each run: some whose main memory is plenty, then such as lack it."""


@pytest.mark.parametrize("seed", SEEDS)
def test_a_fleet_without_errors_is_accepted_and_runs_as_planned(
    seed: int, control_plane: ControlPlane, empty: Snapshot, tmp_path: Path, chance: Chance
) -> None:
    fleet_file = small_fleet(seed)
    for host in list(fleet_file["hosts"].values())[1:]:
        host["role"] = "agent"  # of two servers `check` says that a third is missing
    document = yaml.safe_dump(fleet_file)
    tmp_path.joinpath("fleet.yaml").write_text(document)
    problems = pyfleet.check(pyfleet.load(tmp_path / "fleet.yaml"))
    chance.made += 1
    if any(problem.severity == "error" for problem in problems):
        return
    if any(problem.code in {"F223", "F224"} for problem in problems):  # the order decides, and the user was told
        chance.told += 1
        return
    fleet = of_file(tmp_path / "fleet.yaml", tmp_path, control_plane, empty)
    order = random.Random(seed).sample(fleet.workloads, len(fleet.workloads))  # noqa: S311 - an order, not a secret

    fleet.start_quickly()
    while_jobs_run = fleet.wrong_turns(fleet.arrive(order, together=seed % 2 == 0))
    afterwards = fleet.misplaced(fleet.complete_jobs())

    chance.judged += 1
    assert (while_jobs_run, afterwards) == ({}, {}), f"{while_jobs_run} {afterwards}\n{document}"
    chance.as_planned += 1
