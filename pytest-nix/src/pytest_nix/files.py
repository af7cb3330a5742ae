"""Test files and their tests, as pytest collects and runs them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import unified_diff
from pathlib import Path
from typing import Any

import pytest

from pytest_nix.nix import NixError, nix_of
from pytest_nix.packages import usable_nixpkgs

TestPath = tuple[str, ...]
_DRIVER = Path(__file__).with_name("driver.nix")
_CONTEXT = 10


class NixTestFailure(Exception):
    """A test failed; the text is what pytest shows."""


class NixFile(pytest.File):
    """A `test_*.nix` file."""

    def collect(self) -> Iterator[NixItem]:
        """Ask Nix which tests the file has."""
        self._failures: dict[TestPath, str] = {}
        try:
            nixpkgs = usable_nixpkgs(self.config)
        except NixError as error:
            raise self.CollectError(str(error)) from error
        self._nixpkgs = None if isinstance(nixpkgs, str) else nixpkgs
        try:
            found = self._ask("list")
        except NixError as error:
            raise self.CollectError(f"{self.path}: not a file of Nix tests\n{error}") from error
        if found is None:
            pytest.skip(str(nixpkgs), allow_module_level=True)
        for test in found:
            path = tuple(test["path"])
            yield NixItem.from_parent(self, name=".".join(path), test_path=path, line=test["line"])

    def failure(self, path: TestPath) -> str:
        """Run all tests of this file that were selected, once; return why one failed, or nothing if it passed."""
        if path not in self._failures:
            items = [item for item in self.session.items if isinstance(item, NixItem)]
            self._failures = self._run([item.test_path for item in items if item.file is self])
        return self._failures[path]

    def _run(self, paths: Sequence[TestPath]) -> dict[TestPath, str]:
        """Run tests, all in one evaluation if none of them stops it; else half of them, and so on."""
        try:
            verdicts = dict(zip(paths, self._ask("run", paths), strict=True))
        except NixError as error:
            if len(paths) == 1:
                return {paths[0]: str(error)}
            half = len(paths) // 2
            return self._run(paths[:half]) | self._run(paths[half:])
        return {path: self._outcome(path, verdict) for path, verdict in verdicts.items()}

    def _outcome(self, path: TestPath, verdict: Mapping[str, Any]) -> str:
        match verdict:
            case {"threw": True}:
                return self._run([path])[path]
            case {"wanted": pattern}:
                return self._without_error(path, pattern)
            case {"expected": expected, "actual": actual}:
                return _difference(expected, actual)
        return str(verdict.get("failure", ""))

    def _without_error(self, path: TestPath, pattern: str) -> str:
        """Why a test failed that is to raise an error, or nothing if it raised the right one."""
        try:
            self._ask("force", [path])
        except NixError as error:
            try:
                found = re.search(pattern, error.message)
            except re.error as mistake:
                return f"`expectedError.msg` is not a regular expression: {mistake}: {pattern!r}"
            return "" if found else f"expected an error that matches {pattern!r}, but it is:\n{error}"
        return f"expected an error that matches {pattern!r}, but there is none"

    def _ask(self, question: str, paths: Sequence[TestPath] = ()) -> Any:
        return nix_of(self.config).evaluate(
            _DRIVER, file=self.path, root=self.config.rootpath, nixpkgs=self._nixpkgs, ask=question, paths=paths
        )


class NixItem(pytest.Item):
    """One test."""

    def __init__(self, name: str, parent: NixFile, *, test_path: TestPath, line: int) -> None:
        super().__init__(name, parent)
        self.file = parent
        self.test_path = test_path
        self._line = line

    def runtest(self) -> None:
        """Raise if the test failed."""
        if failure := self.file.failure(self.test_path):
            raise NixTestFailure(failure)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Show what differs, and where the test is, without the plugin's own traceback."""
        if isinstance(excinfo.value, NixTestFailure):
            return f"{excinfo.value}\n\n{self.path}:{self._line}: {self.name}"
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[os.PathLike[str] | str, int | None, str]:
        """Return the place of the test, with lines counted from 0, and its title."""
        # Were the title the name, `pytest -v` would show its dots as `::`, which then selects nothing.
        return self.path, self._line - 1, f"{self.name} of {self.path.name}"


def _difference(expected: str, actual: str) -> str:
    """Show two texts: beneath one another if each is one line, else as a diff."""
    if "\n" not in expected + actual:
        return f"expected: {expected}\n  actual: {actual}"
    old, new = expected.splitlines(), actual.splitlines()
    diff = unified_diff(old, new, "expected", "actual", n=_CONTEXT, lineterm="")
    return "\n".join(["the value is not what is expected:", *diff])
