"""A test file, its groups and its tests, as pytest collects and runs them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pyfleet.pytest_nix.nix import MISSING, NixError, nix_of
from pyfleet.pytest_nix.nixpkgs import usable_nixpkgs
from pyfleet.pytest_nix.suite import Node, Outcome, Suite, TestPath

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator

    from _pytest._code.code import TerminalRepr, TracebackStyle


class NixTestFailure(Exception):
    """A test failed; the text is all there is to show."""


class NixFile(pytest.File):
    """A `test_*.nix` file."""

    _suite: Suite

    def collect(self) -> Iterator[NixGroup | NixItem]:
        """Ask Nix which tests the file has."""
        nix = nix_of(self.config)
        if nix is None:
            pytest.skip(MISSING, allow_module_level=True)
        root = self.config.rootpath
        try:
            self._suite = Suite(nix, self.path, root, usable_nixpkgs(self.config, nix))
        except NixError as error:
            raise self.CollectError(str(error)) from error
        try:
            nodes = self._suite.nodes()
        except NixError as error:
            if reason := self._suite.lacks_nixpkgs(error):
                pytest.skip(reason, allow_module_level=True)
            raise self.CollectError(f"{self.path}: not a file of Nix tests\n{error}") from error
        self._outcomes: dict[TestPath, Outcome] = {}
        return _children(self, nodes, ())

    def outcome(self, path: TestPath) -> Outcome:
        """Run all tests of this file that were selected, once; return what became of one."""
        if path not in self._outcomes:
            selected = [item.nix_path for item in self.session.items if isinstance(item, NixItem) and item.file is self]
            self._outcomes = self._suite.outcomes(selected if path in selected else [path])
        return self._outcomes[path]


class NixGroup(pytest.Collector):
    """An attribute set of tests within a file."""

    def __init__(self, name: str, parent: pytest.Collector, *, node: Node, nix_path: TestPath) -> None:
        super().__init__(name, parent)
        self._node = node
        self._nix_path = nix_path

    def collect(self) -> Iterator[NixGroup | NixItem]:
        """Return what the file said is in this group."""
        return _children(self, self._node.children, self._nix_path)


class NixItem(pytest.Item):
    """One test."""

    def __init__(self, name: str, parent: pytest.Collector, *, node: Node, nix_path: TestPath) -> None:
        super().__init__(name, parent)
        self._line = node.line
        self.nix_path = nix_path

    @property
    def file(self) -> NixFile:
        """The file the test stands in."""
        file = self.getparent(NixFile)
        if file is None:
            raise RuntimeError(f"{self.nodeid} is in no Nix file")
        return file

    def runtest(self) -> None:
        """Raise if the test failed."""
        outcome = self.file.outcome(self.nix_path)
        if outcome.skip:
            pytest.skip(outcome.skip)
        if outcome.failure:
            raise NixTestFailure(outcome.failure)

    def repr_failure(
        self, excinfo: pytest.ExceptionInfo[BaseException], style: TracebackStyle | None = None
    ) -> str | TerminalRepr:
        """Show what differs, and where the test is, rather than how the plugin found out."""
        if isinstance(excinfo.value, NixTestFailure):
            return f"{excinfo.value}\n\n{self.path}:{self._line}: {'.'.join(self.nix_path)}"
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[os.PathLike[str] | str, int | None, str]:
        """Return the place of the test; pytest counts lines from 0."""
        return self.path, self._line - 1, ".".join(self.nix_path)


def _children(parent: pytest.Collector, nodes: Iterable[Node], path: TestPath) -> Iterator[NixGroup | NixItem]:
    for node in nodes:
        kind = NixGroup if node.kind == "group" else NixItem
        yield kind.from_parent(parent, name=node.name, node=node, nix_path=(*path, node.name))
