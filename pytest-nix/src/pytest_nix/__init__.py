"""A pytest plugin for Nix: runs `test_*.nix` files, and gives Python tests a Nix evaluator.

A test file is an attribute set of tests, in groups as deep as wanted, as nix-unit and
`lib.debug.runTests` read it. A test is `testName = { expr = ...; expected = ...; }`, or instead of
`expected` has `expectedError.msg = "..."`, a regular expression for the error's message. The file may be
a function of any of `{ nixpkgs, lib, root }`: a directory with nixpkgs, its `lib`, and pytest's root directory.

Nothing is downloaded. What needs Nix or nixpkgs is skipped, with the reason, where there is none.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pytest_nix.files import NixFile
from pytest_nix.nix import NixError, nix_of
from pytest_nix.packages import usable_nixpkgs

__all__ = ["NixError", "NixEval", "NixParse"]

NixEval = Callable[..., Any]
"""Evaluates an expression, or a file, deeply, and returns JSON data; raises NixError.

With named arguments, JSON data or paths, it is a function, and called with them."""

NixParse = Callable[[str | Path], None]
"""Checks that Nix text, or a file, has the syntax of Nix; raises NixError."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the plugin's settings to pytest's ini file."""
    parser.addini("nixpkgs", "directories that may hold nixpkgs, or $VARIABLE", type="args", default=["$NIXPKGS"])
    parser.addini("nixpkgs_packages", "packages that nixpkgs must have for tests to use it", type="args", default=[])


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> NixFile | None:
    """Collect the tests of a `test_*.nix` file."""
    if file_path.match("test_*.nix"):
        return NixFile.from_parent(parent, path=file_path)
    return None


@pytest.fixture(scope="session")
def nix_eval(pytestconfig: pytest.Config) -> NixEval:
    """Evaluate Nix: `nix_eval("{ a }: a + 1", a=1) == 2`. Relative paths start at pytest's root directory."""
    return nix_of(pytestconfig).evaluate


@pytest.fixture(scope="session")
def nix_parse(pytestconfig: pytest.Config) -> NixParse:
    """Check the syntax of Nix text or of a file."""
    return nix_of(pytestconfig).parse


@pytest.fixture(scope="session")
def nixpkgs(pytestconfig: pytest.Config) -> Path:
    """Directory of nixpkgs."""
    found = usable_nixpkgs(pytestconfig)
    if isinstance(found, str):
        pytest.skip(found)
    return found
