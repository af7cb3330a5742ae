"""The trees to look at, and the list of what no schema was there for."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.conftest import fleet_folders
from tests.manifests.crd_files import groups_with_schemas
from tests.manifests.schemas import CRD_GROUPS, KUBERNETES
from tests.manifests.tree import Object, read_fleet, read_tree, rendered_trees

if TYPE_CHECKING:
    from pathlib import Path

    from _pytest.terminal import TerminalReporter

TREES = rendered_trees()
FLEETS = fleet_folders()


def _name_of_tree(tree: Path) -> str:
    fleet = tree.parents[1].name
    return fleet if tree.name == "kubernetes" else f"{fleet}-{tree.name}"


@pytest.fixture(scope="module", params=TREES, ids=_name_of_tree)
def tree(request: pytest.FixtureRequest) -> Path:
    """Root of each rendered tree in turn."""
    root: Path = request.param
    return root


@pytest.fixture(scope="module")
def objects(tree: Path) -> list[Object]:
    """All objects of the tree."""
    return read_tree(tree)


@pytest.fixture(scope="module", params=FLEETS, ids=lambda fleet: fleet.name)
def fleet(request: pytest.FixtureRequest) -> Path:
    """Folder of each fleet in turn."""
    folder: Path = request.param
    return folder


@pytest.fixture(scope="module")
def all_objects(fleet: Path) -> list[Object]:
    """All objects of the fleet, of whichever tree."""
    return read_fleet(fleet / "rendered")


@pytest.fixture(scope="session")
def every_object() -> list[Object]:
    """All objects of all fleets."""
    return [each for fleet in FLEETS for each in read_fleet(fleet / "rendered")]


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Say what was not validated: a check that passes over things in silence looks stronger than it is."""
    objects = [each for fleet in FLEETS for each in read_fleet(fleet / "rendered")]
    without = CRD_GROUPS - groups_with_schemas()
    unseen = Counter(f"{each.group} {each.kind}" for each in objects if each.group in without)
    terminalreporter.section("manifests")
    terminalreporter.line(f"{len(TREES)} trees, {len(objects)} objects, Kubernetes {KUBERNETES}")
    terminalreporter.line(f"{unseen.total()} of them are of kinds with no schema here:")
    for kind, count in sorted(unseen.items()):
        terminalreporter.line(f"  {count} {kind}")
