"""The trees to look at, and the list of what no schema was there for."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.manifests.schemas import CRD_GROUPS, KUBERNETES
from tests.manifests.tree import Object, read_tree, rendered_trees

if TYPE_CHECKING:
    from pathlib import Path

    from _pytest.terminal import TerminalReporter

TREES = rendered_trees()


@pytest.fixture(scope="module", params=TREES, ids=lambda tree: tree.parents[1].name)
def tree(request: pytest.FixtureRequest) -> Path:
    """Root of each rendered tree in turn."""
    root: Path = request.param
    return root


@pytest.fixture(scope="module")
def objects(tree: Path) -> list[Object]:
    """All objects of the tree."""
    return read_tree(tree)


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Say what was not validated: a check that passes over things in silence looks stronger than it is."""
    objects = [each for tree in TREES for each in read_tree(tree)]
    unseen = Counter(f"{each.group} {each.kind}" for each in objects if each.group in CRD_GROUPS)
    terminalreporter.section("manifests")
    terminalreporter.line(f"{len(TREES)} trees, {len(objects)} objects, Kubernetes {KUBERNETES}")
    terminalreporter.line(f"{unseen.total()} of them are of kinds with no schema here:")
    for kind, count in sorted(unseen.items()):
        terminalreporter.line(f"  {count} {kind}")
