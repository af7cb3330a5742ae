"""Finds nixpkgs on this machine, without the network."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from pytest_nix.nix import Nix, NixError, nix_of

_FOUND = pytest.StashKey[Path | str]()
# The store keeps a source where it would keep the output of a derivation with that hash; none is built.
_LOCKED = """
{ lock }:
let
  inherit (builtins.fromJSON (builtins.readFile lock)) nodes;
in
(derivation {
  name = "source";
  system = builtins.currentSystem;
  builder = "none";
  outputHashMode = "recursive";
  outputHashAlgo = "sha256";
  outputHash = nodes.${nodes.root.inputs.nixpkgs}.locked.narHash;
}).outPath
"""
_LACKING = """
{ nixpkgs, names }:
let
  flake = (import (nixpkgs + "/flake.nix")).outputs { self = { outPath = nixpkgs; }; };
in
builtins.filter (name: !(flake.legacyPackages.${builtins.currentSystem} ? ${name})) names
"""


def usable_nixpkgs(config: pytest.Config) -> Path | str:
    """Return the directory of nixpkgs, or the reason why there is none that has what these tests need.

    Raises:
        NixError: As for `find_nixpkgs`.
    """
    if _FOUND not in config.stash:
        nix = nix_of(config)
        found = find_nixpkgs(nix, config.rootpath, config.getini("nixpkgs"))
        config.stash[_FOUND] = _with_packages(nix, found, config.getini("nixpkgs_packages"))
    return config.stash[_FOUND]


def find_nixpkgs(nix: Nix, root: Path, places: Sequence[str]) -> Path | str:
    """Return the directory of nixpkgs, or the reason why there is none.

    Args:
        nix: Finds in the store what the lock names.
        root: Where relative places start, and where flake.lock is, which names nixpkgs.
        places: Directories, or variables (`$NAME`) that hold one, in the order in which they are tried.

    Raises:
        NixError: A variable is set, but not to nixpkgs. That is a mistake, not a reason to skip tests.
    """
    for place in places:
        text = os.environ.get(place[1:], "") if place.startswith("$") else place
        directory = root / Path(text).expanduser()
        if text and _is_nixpkgs(directory):
            return directory
        if text and text != place:
            raise NixError(f"{place[1:]}={text} has no lib/default.nix; set it to a directory with nixpkgs")
    locked = locked_source(nix, root / "flake.lock")
    if locked and _is_nixpkgs(locked):
        return locked
    return f"no nixpkgs in {', in '.join(places)}, or in the Nix store as flake.lock names it"


def _is_nixpkgs(directory: Path) -> bool:
    return (directory / "lib" / "default.nix").is_file()


def _with_packages(nix: Nix, found: Path | str, names: Sequence[str]) -> Path | str:
    if isinstance(found, str) or not names:
        return found
    try:
        lacking = nix.evaluate(_LACKING, nixpkgs=found, names=names)
    except NixError as error:
        return f"nixpkgs in {found} can't be evaluated here: {error.message}"
    return f"nixpkgs in {found} lacks {', '.join(lacking)}; use a newer one" if lacking else found


def locked_source(nix: Nix, lock: Path) -> Path | None:
    """Return where the store keeps a flake.lock's nixpkgs, once it was fetched; nothing if the lock names none."""
    try:
        return Path(nix.evaluate(_LOCKED, lock=lock))
    except NixError:
        return None
