"""Every rendered tree is what Kubernetes accepts, and complete."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.manifests.consistency import dangling_references, idle_services, repeated_identities
from tests.manifests.crd_files import groups_with_schemas, why_without
from tests.manifests.schemas import CRD_GROUPS, schema_errors
from tests.manifests.tree import Object, forgotten_files, read_fleet, read_objects, read_started_with, rendered_trees
from tests.manifests.wiring import broken_wires, missing_paths, secrets_made_elsewhere, unprovided_secrets

BUILDERS = {"kustomize": ["kustomize", "build"], "kubectl": ["kubectl", "kustomize"]}


def test_repository_has_its_own_tree() -> None:
    """The tests below run once a tree; here they would pass for want of any."""
    assert ROOT / "hosts" / "rendered" / "kubernetes" in rendered_trees(), "render it: make render"


def test_objects_are_valid(objects: list[Object]) -> None:
    assert schema_errors(objects) == []


def test_objects_of_the_first_start_are_valid(fleet: Path) -> None:
    assert schema_errors(read_started_with(fleet / "rendered")) == []


@pytest.mark.parametrize("group", sorted(CRD_GROUPS))
def test_custom_resources_have_schemas(group: str, every_object: list[Object]) -> None:
    """Skips where a group is passed over above, so that a run says which were not looked at, and why."""
    if group in groups_with_schemas() or all(each.group != group for each in every_object):
        return
    pytest.skip(why_without(group))


def test_identities_are_unique(objects: list[Object]) -> None:
    assert repeated_identities(objects) == []


def test_references_resolve(all_objects: list[Object]) -> None:
    assert dangling_references(all_objects) == []


def test_what_is_sent_arrives(all_objects: list[Object]) -> None:
    assert broken_wires(all_objects) == []


def test_secrets_come_from_somewhere(fleet: Path, all_objects: list[Object]) -> None:
    elsewhere = secrets_made_elsewhere(fleet / "fleet.yaml")
    # Where the fleet says nothing of Secrets, somebody makes all of them by hand.
    assert elsewhere is None or unprovided_secrets(all_objects, elsewhere) == []


def test_argo_cd_finds_what_it_pulls(fleet: Path, all_objects: list[Object]) -> None:
    assert missing_paths(all_objects, fleet / "rendered") == []


def test_services_select_pods(all_objects: list[Object]) -> None:
    assert idle_services(all_objects) == []


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
    names = {each.identity for each in built}
    others = [each for each in read_fleet(tree.parent) if each.identity not in names]
    assert dangling_references([*built, *others]) == []
