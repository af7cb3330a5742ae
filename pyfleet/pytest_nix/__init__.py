"""A pytest plugin for Nix: runs `test_*.nix` files, and gives Python tests a Nix evaluator.

A test file has the shape that nix-unit and `lib.debug.runTests` read: an attribute set of tests, in
groups as deep as wanted. A test is `testName = { expr = ...; expected = ...; }`, or instead of
`expected` has `expectedError = { type = ...; msg = ...; }`: the kind of error, and a pattern for its
message. The file may be a function of any of `{ nixpkgs, lib, root }`: a directory with nixpkgs, its
`lib`, and pytest's root directory.

nixpkgs is looked for in the environment variable PYFLEET_NIXPKGS, in ~/.cache/pyfleet/nixpkgs, and in
the Nix store where flake.lock says it is; with `nixpkgs_packages` in pytest's ini file, it has to have
those packages. Nothing is downloaded. What needs Nix or nixpkgs is skipped,
with the reason, where there is none.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

import pytest

from pyfleet.pytest_nix.items import NixFile
from pyfleet.pytest_nix.nix import MISSING, Nix, NixError, nix_of
from pyfleet.pytest_nix.nixpkgs import OPTION, usable_nixpkgs

__all__ = ["NixError", "NixEval", "NixParse"]


class NixEval(Protocol):
    """Evaluates an expression, or a file, deeply. With arguments it is a function, and called with them."""

    def __call__(self, expression: str | Path, **arguments: object) -> Any:
        """Return the value as JSON data; raises NixError."""


class NixParse(Protocol):
    """Checks that Nix text, or a file, has the syntax of Nix."""

    def __call__(self, source: str | Path) -> None:
        """Raise NixError if it hasn't."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the plugin's settings to pytest's ini file."""
    parser.addini(OPTION, "packages that nixpkgs must have for tests to use it", type="args", default=[])


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> NixFile | None:
    """Collect the tests of a `test_*.nix` file."""
    if file_path.suffix == ".nix" and file_path.name.startswith("test_"):
        return NixFile.from_parent(parent, path=file_path)
    return None


def _require_nix(config: pytest.Config) -> Nix:
    nix = nix_of(config)
    if nix is None:
        pytest.skip(MISSING)
    return nix


@pytest.fixture(scope="session")
def nix_eval(pytestconfig: pytest.Config) -> NixEval:
    """Evaluate Nix: `nix_eval("{ a }: a + 1", a=1) == 2`. Relative paths start at pytest's root directory."""
    nix = _require_nix(pytestconfig)

    def evaluate(expression: str | Path, **arguments: object) -> Any:
        __tracebackhide__ = True
        return nix.evaluate(expression, arguments)

    return evaluate


@pytest.fixture(scope="session")
def nix_parse(pytestconfig: pytest.Config) -> NixParse:
    """Check the syntax of Nix text or of a file."""
    nix = _require_nix(pytestconfig)

    def parse(source: str | Path) -> None:
        __tracebackhide__ = True
        nix.parse(source)

    return parse


@pytest.fixture(scope="session")
def nixpkgs(pytestconfig: pytest.Config) -> Path:
    """Directory of nixpkgs."""
    found = usable_nixpkgs(pytestconfig, _require_nix(pytestconfig))
    if isinstance(found, str):
        pytest.skip(found)
    return found
