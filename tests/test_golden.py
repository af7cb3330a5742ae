"""Each fleet renders to exactly the tree beside it."""

from __future__ import annotations

import difflib
import json
from pathlib import Path

import jsonschema
import pytest
import yaml

import pyfleet
from pyfleet.model.schema import schema_text
from pyfleet.offers.model import fleet_model
from pyfleet.parts import PARTS
from tests.conftest import ROOT, fleet_folders

REFRESH = "if the change is meant, run `make golden` and read the diff"
FLEETS = fleet_folders()


def rendered(folder: Path) -> dict[str, str]:
    examined = pyfleet.examine(pyfleet.load(folder / "fleet.yaml"))
    assert examined.errors == ()
    assert examined.plan is not None
    return pyfleet.render(examined.plan)


def golden(folder: Path) -> dict[str, str]:
    tree = folder / "rendered"
    assert tree.is_dir(), f"{tree} is missing; {REFRESH}"
    return {
        path.relative_to(tree).as_posix(): path.read_bytes().decode()
        for path in sorted(tree.rglob("*"))
        if path.is_file() and path.name != ".pyfleet-files"
    }


@pytest.mark.parametrize("folder", FLEETS, ids=lambda folder: folder.name)
def test_a_fleet_renders_to_its_golden_tree(folder: Path) -> None:
    actual, expected = rendered(folder), golden(folder)

    assert {
        "missing": sorted(expected.keys() - actual.keys()),
        "extra": sorted(actual.keys() - expected.keys()),
    } == {
        "missing": [],
        "extra": [],
    }, REFRESH
    changed = [name for name in expected if expected[name] != actual[name]]
    diff = "".join(
        line
        for name in changed
        for line in difflib.unified_diff(
            expected[name].splitlines(keepends=True), actual[name].splitlines(keepends=True), name, name
        )
    )
    assert changed == [], f"{diff}\n{REFRESH}"


@pytest.mark.parametrize("folder", FLEETS, ids=lambda folder: folder.name)
def test_rendering_twice_gives_the_same_bytes(folder: Path) -> None:
    first, second = rendered(folder), rendered(folder)

    assert list(first.items()) == list(second.items())


@pytest.mark.parametrize("folder", FLEETS, ids=lambda folder: folder.name)
def test_a_render_is_what_check_mode_says_it_is(folder: Path, tmp_path: Path) -> None:
    """Writing into an empty directory creates every file, and a second time changes none."""
    tree = rendered(folder)

    first = pyfleet.write(tree, tmp_path / "out")
    second = pyfleet.write(tree, tmp_path / "out")

    assert (sorted(first.created), first.updated, first.removed) == (sorted(tree), (), ())
    assert (second.created, second.updated, second.removed) == ((), (), ())


def test_the_committed_schema_is_the_models() -> None:
    committed = (ROOT / "fleet.schema.json").read_text("utf-8")

    assert committed == schema_text(fleet_model(PARTS)), REFRESH


@pytest.mark.parametrize("folder", FLEETS, ids=lambda folder: folder.name)
def test_an_editor_that_reads_the_schema_finds_no_fault_in_a_fleet(folder: Path) -> None:
    schema = json.loads((ROOT / "fleet.schema.json").read_text("utf-8"))
    validator = jsonschema.Draft7Validator(schema)
    fleet = yaml.safe_load((folder / "fleet.yaml").read_text("utf-8"))

    assert [error.message for error in validator.iter_errors(fleet)] == []


def test_the_schema_finds_an_unknown_key() -> None:
    schema = json.loads((ROOT / "fleet.schema.json").read_text("utf-8"))
    fleet = yaml.safe_load((ROOT / "tests/bad/F003-unknown-keys.yaml").read_text("utf-8"))

    assert any(
        "'adress' was unexpected" in error.message for error in jsonschema.Draft7Validator(schema).iter_errors(fleet)
    )
