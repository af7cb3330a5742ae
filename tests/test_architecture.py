"""The house stays as it was built: files stay short, each thing is in the place of its kind. Imports: `make lint`."""

from __future__ import annotations

import ast
from pathlib import Path

import pyfleet
from pyfleet.checks import all_checks
from pyfleet.loading.codes import STORIES
from pyfleet.parts import PARTS
from tests.conftest import ROOT

PACKAGE = ROOT / "pyfleet"
MODULES = sorted(PACKAGE.rglob("*.py"))


def part_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def test_a_file_can_be_held_in_the_head() -> None:
    long = [str(path.relative_to(ROOT)) for path in MODULES if len(path.read_text("utf-8").splitlines()) > 400]

    assert long == [], "split it by what its parts are about"


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


def has_title(story: str) -> bool:
    title, _, rest = story.partition("\n")
    return (title.endswith((".", "?")) or ":" in title) and (rest == "" or rest.startswith("\n"))


def test_every_code_has_a_story_that_begins_with_a_title() -> None:
    stories = {code: story for code, (_, story) in STORIES.items()}
    stories |= {code: check.story for code, check in all_checks(PARTS).items()}
    untitled = [code for code, story in stories.items() if not has_title(story)]

    assert untitled == [], "a title, and a blank line before what follows it"


def test_checks_of_the_core_are_numbered_after_the_file_of_their_kind() -> None:
    kinds = {
        "F1": {"cluster", "flags", "high_availability", "node_labels"},
        "F2": {"gpu_sharing", "gpus", "models"},
        "F3": {"booking", "files", "images", "object_names", "ports", "serving", "workloads"},
        "F4": {"host_ports", "loopback", "network", "routes", "services"},
        "F5": {"local_path", "secrets", "storage"},
        "F6": {"charts", "platform", "quotas", "watching"},
    }
    misplaced = {
        code: module
        for code, check in all_checks(()).items()
        if (module := check.find.__module__.rpartition(".")[2]) not in kinds[code[:2]]
    }

    assert misplaced == {}


def test_nvidias_names_stand_in_one_place() -> None:
    """Names in prose and in what the fleet file's keys are documented by don't count."""
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in MODULES
        if path.name != "nvidia.py"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("nvidia.com/")
    ]

    assert found == []


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
