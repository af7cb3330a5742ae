"""Parts are found by one list, know each other only by what they offer, and the contract has nothing that none uses."""

from __future__ import annotations

import ast
from dataclasses import fields
from importlib import import_module
from typing import TYPE_CHECKING

from pyfleet.offers.offers import Offers
from pyfleet.offers.part import Part
from pyfleet.parts import PARTS
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PACKAGE = ROOT / "pyfleet"
FOLDERS = sorted(path.parent for path in (PACKAGE / "parts").glob("*/__init__.py"))


def nodes(folder: Path) -> Iterator[ast.AST]:
    for path in sorted(folder.rglob("*.py")):
        yield from ast.walk(ast.parse(path.read_text("utf-8")))


def read_of(name: str) -> set[str]:
    """Attributes that the package reads of what it calls so, as in `offers.metrics` and `resolved.offers.metrics`."""
    return {
        node.attr
        for node in nodes(PACKAGE)
        if isinstance(node, ast.Attribute)
        and ((isinstance(node.value, ast.Name) and node.value.id == name) or getattr(node.value, "attr", None) == name)
    }


def test_every_folder_is_in_the_list_once_by_its_name() -> None:
    assert sorted(part.name for part in PARTS) == [folder.name for folder in FOLDERS]
    assert [import_module(f"pyfleet.parts.{part.name}").part for part in PARTS] == list(PARTS)


def test_everything_that_a_part_may_have_some_part_has_and_something_reads() -> None:
    bare, names = Part(name="bare"), {field.name for field in fields(Part)} - {"name"}
    had = {name for name in names if any(getattr(part, name) != getattr(bare, name) for part in PARTS)}

    assert names - had == set()
    assert names - read_of("part") == set()


def test_everything_that_may_be_offered_some_part_offers_and_something_reads() -> None:
    names = {field.name for field in fields(Offers)}
    calls = (node for node in nodes(PACKAGE / "parts") if isinstance(node, ast.Call))
    offered = {
        keyword.arg
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id == "Offers"
        for keyword in call.keywords
    }

    assert names - offered == set()
    assert names - read_of("offers") == set()


def test_no_part_imports_another() -> None:
    others = [
        f"{folder.name} imports {module}"
        for folder in FOLDERS
        for node in nodes(folder)
        for module in modules_of(node)
        if module.startswith("pyfleet.parts") and module.split(".")[2:3] != [folder.name]
    ]

    assert others == []


def modules_of(node: ast.AST) -> list[str]:
    """Modules that a statement imports; of `from a import b` it may be `a.b`."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module:
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return []
