"""Asks Nix about a test file: which tests it has, and what becomes of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pyfleet.pytest_nix import wording
from pyfleet.pytest_nix.driver import DRIVER, NO_NIXPKGS
from pyfleet.pytest_nix.nix import Nix, NixError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

TestPath = tuple[str, ...]
_BATCH = 200
_QUESTION = f"arguments: (({DRIVER.replace('{', '{{').replace('}', '}}')}) arguments).{{}}"


@dataclass(slots=True)
class Node:
    """A test or a group of tests, as it stands in the file."""

    name: str
    line: int = 1
    kind: str = "test"
    children: list[Node] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a test: it passed, or why it failed or is skipped."""

    failure: str = ""
    skip: str = ""


class Suite:
    """One test file."""

    def __init__(self, nix: Nix, file: Path, root: Path, nixpkgs: Path | str) -> None:
        self._nix = nix
        self._nixpkgs = nixpkgs
        self._fixed = {"file": file, "root": root, "nixpkgs": None if isinstance(nixpkgs, str) else nixpkgs}

    def lacks_nixpkgs(self, error: NixError) -> str:
        """Why nixpkgs is missing, if that is what the error comes from."""
        return self._nixpkgs if isinstance(self._nixpkgs, str) and NO_NIXPKGS in str(error) else ""

    def nodes(self, path: TestPath = ()) -> list[Node]:
        """Return the tests and groups; one that can't even be looked at is a test, which then fails alone."""
        try:
            return [_node(data) for data in self._ask("tree", path)]
        except NixError:
            found = [_node(data) for data in self._ask("names", path)]
        for node in found:
            below = (*path, node.name)
            try:
                node.kind = self._ask("kind", below)
                node.children = self.nodes(below) if node.kind == "group" else []
            except NixError:
                node.kind = "test"
        return found

    def outcomes(self, paths: Sequence[TestPath]) -> dict[TestPath, Outcome]:
        """Run tests, all in one evaluation if none of them stops it; else half of them, and so on."""
        if len(paths) > _BATCH:
            return {**self.outcomes(paths[:_BATCH]), **self.outcomes(paths[_BATCH:])}
        try:
            judged = self._ask("judge", paths=paths)
        except NixError:
            if len(paths) == 1:
                return {paths[0]: self._alone(paths[0])}
            half = len(paths) // 2
            return {**self.outcomes(paths[:half]), **self.outcomes(paths[half:])}
        return {path: self._outcome(path, verdict) for path, verdict in zip(paths, judged, strict=True)}

    def _outcome(self, path: TestPath, verdict: dict[str, Any]) -> Outcome:
        match verdict["state"]:
            case "equal":
                return Outcome()
            case "different":
                shown = wording.difference(verdict["expected"], verdict["expr"])
                return Outcome(shown) if shown else self._alone(path)
            case "error":
                return self._expecting_error(path, verdict["expectedError"])
            case "threw":
                return self._alone(path)
            case _:
                return Outcome(wording.SHAPE)

    def _alone(self, path: TestPath) -> Outcome:
        """Run one test that stopped the others, or whose values JSON can't tell apart."""
        try:
            if self._ask("state", path) == "shape":
                return Outcome(wording.SHAPE)
            if self._ask("compare", path):
                return Outcome()
            return Outcome(wording.lines(self._show("expected", path), self._show("expr", path)))
        except NixError as error:
            return self._failure(error)

    def _expecting_error(self, path: TestPath, wanted: dict[str, Any]) -> Outcome:
        """Run a test that is to fail, and compare how it does."""
        try:
            self._ask("force", path)
        except NixError as error:
            if self.lacks_nixpkgs(error):
                return self._failure(error)
            kind = wording.error_type(error, caught=self._is_caught(path)) if "type" in wanted else ""
            return Outcome(wording.error_difference(wanted, error, kind))
        return Outcome(f"{wording.wanted_error(wanted)}, but it evaluates to\n{self._show('expr', path)}")

    def _is_caught(self, path: TestPath) -> bool:
        """Whether `tryEval` catches the error, as it does with `throw` and `assert` only."""
        try:
            return self._ask("caught", path) is True
        except NixError:
            return False

    def _failure(self, error: NixError) -> Outcome:
        if reason := self.lacks_nixpkgs(error):
            return Outcome(skip=reason)
        return Outcome(str(error))

    def _ask(self, question: str, path: TestPath = (), paths: Sequence[TestPath] = ()) -> Any:
        return self._nix.evaluate(_QUESTION.format(question), {**self._fixed, "path": path, "paths": paths})

    def _show(self, question: str, path: TestPath) -> str:
        return self._nix.show(_QUESTION.format(question), {**self._fixed, "path": path})


def _node(data: dict[str, Any]) -> Node:
    children = [_node(child) for child in data.get("children", [])]
    return Node(data["name"], data["line"], data.get("kind", "test"), children)
