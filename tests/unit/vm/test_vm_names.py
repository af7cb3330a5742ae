"""What a VM test's script names exists: a label or unit that is renamed cannot leave a test behind."""

from __future__ import annotations

import ast
import re

import pytest

from tests.unit.vm.conftest import Evaluated
from tests.unit.vm.vm_tests import FOLDER, KINDS, NAMES, Known, Named, fleets_of, known_to, named_in

# What has to be named through one of the types. Labels of example.com are the tests' own.
UNIT = re.compile(r"[-\w@]+\.(service|timer|socket|target|mount)\b")
LABEL = re.compile(r"\b(?!example\.com/)[a-z0-9-]+(\.[a-z0-9-]+)*\.(com|io|example)/[\w.-]+")
LEAST_PORT = 1024


def script(name: str) -> str:
    return (FOLDER / f"{name}.py").read_text(encoding="utf-8")


def known(evaluated: Evaluated, name: str) -> Known:
    return known_to(evaluated(name)["nodes"], fleets_of(name))


def unmarked(text: str) -> list[tuple[int, object]]:
    """Literals that look like the name of something, but don't say of what."""
    tree = ast.parse(text)
    marked = {
        id(argument)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KINDS
        for argument in node.args
    }
    return [
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and id(node) not in marked and looks_like_a_name(node.value)
    ]


def looks_like_a_name(value: object) -> bool:
    if isinstance(value, str):
        return bool(UNIT.search(value) or LABEL.search(value))
    return isinstance(value, int) and value >= LEAST_PORT


@pytest.mark.parametrize("name", NAMES)
def test_what_a_script_names_exists(evaluated: Evaluated, name: str) -> None:
    there = known(evaluated, name)

    assert [named for named in named_in(script(name)) if there.lacks(named)] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_script_says_what_each_name_is_of(name: str) -> None:
    assert unmarked(script(name)) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_script_names_something(name: str) -> None:
    assert {named.kind for named in named_in(script(name))} >= {"Unit", "Name"}


@pytest.mark.parametrize(
    "gone",
    [
        Named("Unit", "k3s-server.service", 1),
        Named("Label", "hydra.io/was-renamed", 1),
        Named("Object", "deployment/ai-inference/nobody", 1),
        Named("Port", 9999, 1),
        Named("Resource", "nvidia.com/gpu-all", 1),
        Named("Name", "hydra-gone", 1),
    ],
)
def test_a_name_of_nothing_is_found(evaluated: Evaluated, gone: Named) -> None:
    assert known(evaluated, "workloads").lacks(gone)


@pytest.mark.parametrize(
    "line", ['x.succeed("systemctl start k3s.service")', 'label = "hydra.io/has-5090"', "fetch(address, 6443)"]
)
def test_a_literal_that_says_nothing_of_itself_is_found(line: str) -> None:
    assert unmarked(line) != []
