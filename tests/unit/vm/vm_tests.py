"""The VM tests of the repository, and what their nodes and their fleets have."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.conftest import ROOT

FOLDER = ROOT / "tests" / "vm"
NAMES = sorted(path.stem for path in FOLDER.glob("*.nix"))
KINDS = ("Unit", "Label", "Resource", "Object", "Port", "Name")
"""The types by which a script says what a name is of; see prelude.py."""

_FLEET = re.compile(r"\.\./(?:\.\./(hosts)\b|(fleets/[-\w]+))")


@dataclass(frozen=True, slots=True)
class Named:
    """What a script names: a literal in a call of one of KINDS."""

    kind: str
    value: str | int
    line: int


@dataclass(slots=True)
class Known:
    """What the nodes of a test and the rendered trees of its fleets have, by kind."""

    values: dict[str, set[str | int]] = field(default_factory=lambda: {kind: set() for kind in KINDS})

    def lacks(self, named: Named) -> bool:
        """Whether there is nothing of that name."""
        return named.value not in self.values[named.kind]


def fleets_of(name: str) -> list[Path]:
    """Folders of the fleets that a test boots or applies."""
    text = (FOLDER / f"{name}.nix").read_text(encoding="utf-8")
    found = {hosts or f"tests/{fleet}" for hosts, fleet in _FLEET.findall(text)}
    return sorted(ROOT / folder for folder in found)


def objects_of(fleet: Path) -> Iterator[dict[str, Any]]:
    """The objects of a fleet's rendered tree."""
    for path in sorted((fleet / "rendered" / "kubernetes").rglob("*.yaml")):
        if path.name != "kustomization.yaml":
            yield from yaml.safe_load_all(path.read_text(encoding="utf-8"))


def spelled(thing: dict[str, Any]) -> str:
    """Spell an object as scripts do: kind/name, or kind/namespace/name."""
    about = thing["metadata"]
    return "/".join([thing["kind"].lower(), *filter(None, [about.get("namespace")]), about["name"]])


def named_in(script: str) -> list[Named]:
    """Return what a script names."""
    return [
        Named(node.func.id, node.args[0].value, node.lineno)
        for node in ast.walk(ast.parse(script))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in KINDS
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str | int)
    ]


def known_to(nodes: dict[str, dict[str, Any]], fleets: list[Path]) -> Known:
    """Collect what there is to name. Where a test has two fleets, an object has to be in both."""
    known = Known()
    for name, node in nodes.items():
        known.values["Name"].add(name)
        known.values["Unit"].update(node["units"])
        known.values["Label"].update(node["labels"])
        known.values["Port"].update(node["ports"])
    trees = [list(objects_of(fleet)) for fleet in fleets]
    everywhere: list[set[str | int]] = [{spelled(thing) for thing in tree} for tree in trees]
    known.values["Object"].update(set.intersection(*everywhere) if everywhere else set())
    for value in (value for tree in trees for thing in tree for value in _mappings(thing)):
        known.values["Resource"].update(value.get("limits") or {})
        ports = (value.get(key) for key in ("containerPort", "hostPort", "port"))
        known.values["Port"].update(port for port in ports if isinstance(port, int))
    return known


def _mappings(value: object) -> Iterator[dict[str, Any]]:
    """Return all mappings in a value."""
    if isinstance(value, dict):
        yield value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for each in inner:
        yield from _mappings(each)
