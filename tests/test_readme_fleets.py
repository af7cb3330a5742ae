"""What the README shows of fleet files is what pyfleet takes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from pyfleet.errors import Problem
from pyfleet.model.fleet import Fleet
from pyfleet.pipeline import examine, load
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = [yaml.safe_load(block) for block in re.findall(r"^```yaml\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)]
AROUND: dict[str, Any] = {
    "cluster": {"name": "lab", "domain": "lab.example", "k3s": {"tokenFile": "/run/secrets/k3s-token"}},
    "hosts": {"box": {"role": "server", "address": "10.0.128.10", "gpus": ["h200"], "memory": "512Gi"}},
}


def test_it_shows_some() -> None:
    assert len(BLOCKS) >= 4


@pytest.mark.parametrize("block", BLOCKS, ids="-".join)
def test_a_piece_of_a_fleet_file_is_taken(block: dict[str, Any], tmp_path: Path) -> None:
    piece = block if set(block) <= set(Fleet.model_fields) else {"workloads": block}
    platform = next(each["platform"] for each in BLOCKS if "platform" in each)
    problems = problems_of({**AROUND, "platform": platform, **piece}, tmp_path)

    assert [f"{problem.code} {problem.message}" for problem in problems if problem.severity == "error"] == []


def problems_of(fleet: dict[str, Any], folder: Path) -> tuple[Problem, ...]:
    path = folder / "fleet.yaml"
    path.write_text(yaml.safe_dump(fleet), "utf-8")
    return examine(load(path)).problems
