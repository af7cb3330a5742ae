"""What is built has all that it needs, and what it is built and tested with is written down."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import ROOT

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
REFRESH = "run `make lock` and read the diff"


def requirements() -> list[Requirement]:
    project = PYPROJECT["project"]
    return [Requirement(each) for each in [*project["dependencies"], *project["optional-dependencies"]["test"]]]


def pins(file: str) -> dict[str, str]:
    lines = [line for line in (ROOT / file).read_text("utf-8").splitlines() if not line.startswith("#")]
    return {canonicalize_name(name): version for name, _, version in (line.partition("==") for line in lines)}


def test_every_file_of_the_package_is_in_the_wheel() -> None:
    package = ROOT / "pyfleet"
    taken = {path for glob in PYPROJECT["tool"]["setuptools"]["package-data"]["pyfleet"] for path in package.glob(glob)}
    data = {path for path in package.rglob("*") if path.is_file() and path.suffix not in {".py", ".pyc"}}

    assert data - taken == set(), "name it in pyproject.toml, at tool.setuptools.package-data"


def test_every_folder_of_modules_is_a_package() -> None:
    """A folder without `__init__.py` works here, and is missing in the wheel."""
    folders = {path.parent for path in (ROOT / "pyfleet").rglob("*.py")}

    assert [folder for folder in folders if not (folder / "__init__.py").is_file()] == []


def test_tests_run_with_versions_that_the_project_allows() -> None:
    locked = pins("constraints.txt")
    wrong = [str(each) for each in requirements() if not each.specifier.contains(locked[canonicalize_name(each.name)])]

    assert wrong == [], REFRESH


def test_the_oldest_versions_are_the_lower_bounds() -> None:
    locked = pins("constraints-oldest.txt")
    bounds = {canonicalize_name(each.name): str(each.specifier).removeprefix(">=") for each in requirements()}
    oldest = {name: re.sub(r"(\.0)+$", "", locked[name]) for name in bounds}

    assert oldest == {name: re.sub(r"(\.0)+$", "", bound) for name, bound in bounds.items()}, REFRESH


def test_actions_of_others_are_pinned_by_the_commit_with_the_version_beside_it() -> None:
    """A tag can be moved to other code."""
    uses = [
        line.strip()
        for path in Path(ROOT / ".github").rglob("*.yml")
        for line in path.read_text("utf-8").splitlines()
        if re.search(r"\buses:", line)
    ]

    assert uses
    assert [line for line in uses if not re.search(r"uses: [\w/-]+@[0-9a-f]{40}  # v\d+\.\d+\.\d+$", line)] == []


def test_the_targets_that_pages_name_are_there() -> None:
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    pages = "".join((ROOT / name).read_text("utf-8") for name in ("README.md", "CONTRIBUTING.md"))

    assert sorted(set(re.findall(r"`make ([\w-]+)", pages)) - targets) == []
