"""Evaluates each VM test once."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from pytest_nix import NixEval
from tests.unit.vm.vm_tests import FOLDER

Evaluated = Callable[[str], dict[str, Any]]


@pytest.fixture(scope="session")
def evaluated(nix_eval: NixEval, nixpkgs: Path) -> Evaluated:
    """Return, by the name of a VM test, its nodes and its script as NixOS evaluates them."""

    @cache
    def evaluate(name: str) -> dict[str, Any]:
        found: dict[str, Any] = nix_eval(
            Path(__file__).parent / "evaluate.nix", nixpkgs=nixpkgs, file=FOLDER / f"{name}.nix"
        )
        return found

    return evaluate
