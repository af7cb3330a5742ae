"""One control plane for all tests, and each fleet in turn on it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.cluster.control_plane import ControlPlane, Snapshot, programs
from tests.cluster.fleets import of_file
from tests.cluster.world import install_kinds, local_path_provisioner
from tests.conftest import ROOT, fleet_folders

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from _pytest.terminal import TerminalReporter

    from tests.cluster.fleets import FleetOnCluster


@dataclass
class Row:
    """What was seen of a fleet: a line of the table."""

    fleet: str
    nodes: int
    objects: int
    rejected: int
    planned: int
    as_planned: int = 0
    orders: int = 0
    orders_as_planned: int = 0


FILES = [
    *(folder / "fleet.yaml" for folder in fleet_folders()),
    *sorted((ROOT / "tests" / "cluster" / "fleets").glob("*.yaml")),
]
"""Every fleet of the repository, and those that show what went wrong on a real cluster."""


@dataclass
class Chance:
    """What was seen of the fleets made by chance."""

    made: int = 0
    told: int = 0
    """Of those without errors, such as `check` warns that the order of arrival decides."""
    judged: int = 0
    as_planned: int = 0


CHANCE = Chance()
ROWS: dict[str, Row] = {}
LENIENT: list[str] = []


def name_of(file: Path) -> str:
    """Name a fleet by its folder, or by its file among others."""
    return file.parent.name if file.name == "fleet.yaml" else file.stem


@pytest.fixture(scope="session")
def control_plane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    """A control plane with the kinds that all fleets use."""
    folder = programs()
    if folder is None:
        pytest.skip("no control plane here: `make cluster-test` builds it, with Go, or PYFLEET_KUBE_BIN names one")
    made = ControlPlane(folder, tmp_path_factory.mktemp("control-plane"))
    with made.running(), local_path_provisioner(made.api):
        LENIENT.extend(install_kinds(made.api))
        yield made


@pytest.fixture(scope="session")
def empty(control_plane: ControlPlane) -> Snapshot:
    """What is in the cluster before any fleet."""
    time.sleep(2)  # controllers make some things of their own at the start
    return control_plane.snapshot()


@pytest.fixture(scope="module", params=FILES, ids=name_of)
def fleet(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    control_plane: ControlPlane,
    empty: Snapshot,
) -> FleetOnCluster:
    """Each fleet in turn, applied to an empty cluster of its nodes."""
    file: Path = request.param
    made = of_file(file, tmp_path_factory.mktemp(name_of(file)), control_plane, empty)
    made.start()
    planned = sum(hosts.total() for hosts in made.always.values())
    rejected = [line for line in made.first_apply if not line.startswith("Warning: ")]
    ROWS[made.name] = Row(made.name, len(made.plan.nodes), len(made.objects), len(rejected), planned)
    return made


@pytest.fixture
def row(fleet: FleetOnCluster) -> Row:
    """The fleet's line of the table."""
    return ROWS[fleet.name]


@pytest.fixture
def chance() -> Chance:
    """Counts of the fleets made by chance."""
    return CHANCE


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Print the table that stands in the README."""
    terminalreporter.section("cluster")
    if CHANCE.made:
        terminalreporter.line(
            f"{CHANCE.made} fleets made by chance: {CHANCE.judged} without errors, "
            f"{CHANCE.as_planned} of them as planned; of {CHANCE.told} more a warning says that the order decides"
        )
    if not ROWS:
        return
    terminalreporter.line("| fleet | nodes | objects | rejected | GPU pods as planned | orders of arrival as planned |")
    terminalreporter.line("| --- | ---: | ---: | ---: | ---: | ---: |")
    for row in ROWS.values():
        orders = f"{row.orders_as_planned} of {row.orders}" if row.orders else "one only"
        pods = f"{row.as_planned} of {row.planned}"
        terminalreporter.line(f"| {row.fleet} | {row.nodes} | {row.objects} | {row.rejected} | {pods} | {orders} |")
    if LENIENT:
        terminalreporter.line("no CRD is here of these, so that any object of theirs was good enough:")
        for kind in LENIENT:
            terminalreporter.line(f"  {kind}")
