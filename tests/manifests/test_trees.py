"""Every rendered tree is what Kubernetes accepts, and complete."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.manifests.consistency import dangling_references, idle_services, repeated_identities
from tests.manifests.schemas import schema_errors
from tests.manifests.tree import Object, forgotten_files, read_objects, rendered_trees

BUILDERS = {"kustomize": ["kustomize", "build"], "kubectl": ["kubectl", "kustomize"]}


def test_repository_has_its_own_tree() -> None:
    """The tests below run once a tree; here they would pass for want of any."""
    assert ROOT / "hosts" / "rendered" / "kubernetes" in rendered_trees(), "render it: make render"


def test_objects_are_valid(objects: list[Object]) -> None:
    assert schema_errors(objects) == []


def test_identities_are_unique(objects: list[Object]) -> None:
    assert repeated_identities(objects) == []


def test_references_resolve(objects: list[Object]) -> None:
    assert dangling_references(objects) == []


def test_services_select_pods(objects: list[Object]) -> None:
    assert idle_services(objects) == []


def test_every_file_is_applied(tree: Path) -> None:
    assert forgotten_files(tree) == set()


@pytest.mark.parametrize("tool", BUILDERS)
def test_kustomize_builds_the_same_objects(tool: str, tree: Path, objects: list[Object]) -> None:
    """Nothing is lost on the way, and the objects are valid with their patches too."""
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not installed")

    result = subprocess.run([*BUILDERS[tool], str(tree)], capture_output=True, text=True, timeout=60, check=False)
    assert result.returncode == 0, result.stderr
    built = read_objects(result.stdout, tool)

    assert sorted(each.identity for each in objects) == sorted(each.identity for each in built)
    assert schema_errors(built) == []
    assert dangling_references(built) == []
