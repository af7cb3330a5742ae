"""Evaluates each fleet once."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from pytest_nix import NixEval

Fleet = Callable[[Path], dict[str, dict[str, Any]]]


@pytest.fixture(scope="session")
def hosts_of(nix_eval: NixEval, nixpkgs: Path) -> Fleet:
    """Return, by the folder of a fleet, what NixOS makes of its hosts."""

    @cache
    def evaluate(folder: Path) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = nix_eval(
            Path(__file__).parent / "evaluate.nix", nixpkgs=nixpkgs, fleet=folder
        )
        return found

    return evaluate
