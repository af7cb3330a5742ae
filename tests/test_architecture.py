"""The house stays as it was built: imports go one way, files stay short, each thing is in the place of its kind."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import pyfleet
from pyfleet.checks import all_checks
from pyfleet.loading.codes import STORIES
from pyfleet.parts import PARTS
from tests.conftest import ROOT

PACKAGE = ROOT / "pyfleet"
# What each part may import of the others. A part that isn't listed here has no place in the house yet.
MAY_IMPORT = {
    "errors": set(),
    "shared": set(),
    "units": set(),
    "model": {"errors", "shared", "units"},
    "catalog": {"model"},
    "loading": {"errors", "model"},
    "resolved": {"catalog", "model", "units"},
    "placement": {"model", "resolved", "units"},
    "planning": {"catalog", "model", "placement", "resolved", "units"},
    "checks": {"catalog", "errors", "model", "placement", "planning", "resolved", "shared", "units"},
    "rendering": {"errors", "planning", "resolved", "shared"},
    "writing": {"errors"},
    "pipeline": {"checks", "errors", "model", "planning", "resolved"},
    "cli": {
        "checks",
        "errors",
        "loading",
        "model",
        "pipeline",
        "placement",
        "planning",
        "rendering",
        "units",
        "writing",
    },
    "__init__": {"errors", "loading", "model", "pipeline", "planning", "rendering", "writing"},
    "__main__": {"cli"},
}
MODULES = sorted(PACKAGE.rglob("*.py"))


def part_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_parts(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
        elif isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
    parts = {name.split(".")[1] for name in names if name.startswith("pyfleet.")}
    return parts - {part_of(path)}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_only_what_stands_before_it(path: Path) -> None:
    assert imported_parts(path) - MAY_IMPORT[part_of(path)] == set()


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_file_can_be_held_in_the_head(path: Path) -> None:
    lines = len(path.read_text("utf-8").splitlines())

    assert lines <= 400, "split it by what its parts are about"


def test_only_the_command_line_prints_or_exits() -> None:
    found = [
        str(path.relative_to(ROOT))
        for path in MODULES
        if part_of(path) not in {"cli", "__main__"}
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"print", "sys.exit", "exit", "click.echo"}
    ]

    assert found == []


def test_what_is_exported_is_what_is_there() -> None:
    assert sorted(name for name in pyfleet.__all__ if not callable(getattr(pyfleet, name))) == []
    assert sorted(pyfleet._HOMES) == sorted(pyfleet.__all__)  # noqa: SLF001 - the two are kept by hand


@pytest.mark.parametrize("code", sorted({*all_checks(PARTS), *STORIES}))
def test_every_code_has_a_story_that_begins_with_a_title(code: str) -> None:
    story = all_checks(PARTS)[code].story if code in all_checks(PARTS) else STORIES[code][1]
    title, _, rest = story.partition("\n")

    assert title.endswith((".", "?")) or ":" in title
    assert rest == "" or rest.startswith("\n"), "a blank line follows the title"


def test_checks_are_numbered_after_the_file_of_their_kind() -> None:
    kinds = {
        "cluster": "F1",
        "flags": "F1",
        "node_labels": "F1",
        "gpus": "F2",
        "gpu_sharing": "F2",
        "models": "F2",
        "images": "F3",
        "workloads": "F3",
        "serving": "F3",
        "network": "F4",
        "services": "F4",
        "addresses": "F4",
        "routes": "F4",
        "tunnel": "F4",
        "loopback": "F4",
        "storage": "F5",
        "secrets": "F5",
        "platform": "F6",
        "charts": "F6",
        "gitops": "F6",
        "monitoring": "F6",
        "watching": "F6",
        "high_availability": "F1",
    }
    misplaced = {
        code: check.find.__module__
        for code, check in all_checks(PARTS).items()
        if not code.startswith(kinds[check.find.__module__.rpartition(".")[2]])
    }

    assert misplaced == {}


def test_nothing_in_the_repository_names_a_machine() -> None:
    """Paths of a developer's machine, in a file that others get."""
    mark = "/" + "work/"
    files = [
        path
        for folder in ("pyfleet", "pytest-nix", "modules", "nix", "hosts", "tests", "tools", "bench", "templates")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and path.suffix in {".py", ".nix", ".yaml", ".md", ".sh", ".txt", ".json", ".jinja"}
    ]
    found = [str(path.relative_to(ROOT)) for path in files if mark in path.read_text("utf-8", "replace")]

    assert found == []
