"""pyfleet beside go-jsonnet: a first render of 500 workloads, whole processes in turn, the same manifests from both."""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from bench.fleets import plain_fleet
from bench.processes import PYFLEET, Run, run

if TYPE_CHECKING:
    from collections.abc import Callable

HOSTS = 63
WORKLOADS = 500
MANIFESTS = 3
"""Of each workload: Deployment, Service, kustomization."""

TIMES = 9


def compare() -> list[dict[str, str]]:
    """Measure both tools, and pyfleet's multiple of go-jsonnet; rows of the table."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        fleet = plain_fleet(hosts=HOSTS, workloads=WORKLOADS)
        (folder / "fleet.yaml").write_text(yaml.safe_dump(fleet, sort_keys=False))
        (folder / "fleet.json").write_text(json.dumps(fleet))
        # The first run of each warms the disk's cache, and its output is what is counted.
        outputs = [folder / "pyfleet", folder / "go-jsonnet"]
        run(_pyfleet(folder, outputs[0]))
        others = len(_files(outputs[0])) - HOSTS - WORKLOADS * MANIFESTS
        run(_jsonnet(folder, outputs[1], others))

        ours, theirs = _in_turn(
            lambda number: _pyfleet(folder, folder / f"pyfleet-{number}"),
            lambda number: _jsonnet(folder, folder / f"go-jsonnet-{number}", others),
        )
        tools = (("`pyfleet render`", outputs[0], ours), ("go-jsonnet", outputs[1], theirs))
        rows = [{"500 workloads": title, **_size(output), **_texts(_times(runs))} for title, output, runs in tools]
    yardstick = _times(theirs)
    ratios = {title: seconds / yardstick[title] for title, seconds in _times(ours).items()}
    return [*rows, {"500 workloads": "ratio", "files": "", "MiB": "", **_texts(ratios)}]


def _pyfleet(folder: Path, output: Path) -> list[str]:
    return [*PYFLEET, "render", str(folder / "fleet.yaml"), "-o", str(output)]


def _jsonnet(folder: Path, output: Path, others: int) -> list[str]:
    return [sys.executable, "-m", "bench.jsonnet", str(folder / "fleet.json"), str(output), str(others)]


def _in_turn(*tools: Callable[[int], list[str]]) -> list[list[Run]]:
    """Run each tool `TIMES` times, by turns, so that other load of the machine affects all of them."""
    rounds = [[run(tool(number)) for tool in tools] for number in range(TIMES)]
    return [[each for each in runs if each is not None] for runs in zip(*rounds, strict=True)]


def _files(output: Path) -> list[Path]:
    return [path for path in output.rglob("*") if path.is_file()]


def _size(output: Path) -> dict[str, str]:
    files = _files(output)
    return {"files": f"{len(files):,}", "MiB": f"{sum(path.stat().st_size for path in files) / 2**20:.1f}"}


def _times(runs: list[Run]) -> dict[str, float]:
    cpu = [each.cpu_seconds for each in runs]
    wall = [each.seconds for each in runs]
    return {
        f"CPU, median of {TIMES}": statistics.median(cpu),
        "CPU, least": min(cpu),
        "wall, median": statistics.median(wall),
        "wall, least": min(wall),
    }


def _texts(times: dict[str, float]) -> dict[str, str]:
    return {title: f"{value:.2f}" for title, value in times.items()}
