"""The page of options is what the modules say."""

from __future__ import annotations

from pathlib import Path

from pytest_nix import NixEval
from tests.conftest import ROOT

PAGE = ROOT / "modules" / "README.md"
MEND = (
    "modules/README.md is not what the modules say; with nixpkgs in $nixpkgs, mend it with: nix-instantiate --eval "
    '--strict --json nix/options-doc.nix --arg lib "import $nixpkgs/lib" | jq -j . >modules/README.md'
)


def page(nix_eval: NixEval, nixpkgs: Path) -> str:
    text: str = nix_eval(
        '{ nixpkgs, page }: import page { lib = import (nixpkgs + "/lib"); }',
        nixpkgs=nixpkgs,
        page=ROOT / "nix/options-doc.nix",
    )
    return text


def test_the_page_of_options_is_current(nix_eval: NixEval, nixpkgs: Path) -> None:
    assert page(nix_eval, nixpkgs) == PAGE.read_text(encoding="utf-8"), MEND


def test_every_module_with_options_is_on_it(nix_eval: NixEval, nixpkgs: Path) -> None:
    text = page(nix_eval, nixpkgs)

    assert [
        name
        for name in ("fleet.cluster.name", "fleet.nodes.<name>.address", "fleet.k3s.role", "fleet.gpu.enable")
        if f"`{name}`" not in text
    ] == []
