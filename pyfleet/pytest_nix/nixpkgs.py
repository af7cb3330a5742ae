"""Finds nixpkgs on this machine, without the network."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pyfleet.pytest_nix.nix import NixError

if TYPE_CHECKING:
    from pyfleet.pytest_nix.nix import Nix

OPTION = "nixpkgs_packages"
VARIABLE = "PYFLEET_NIXPKGS"
_STORE = "/nix/store"
_DIGITS = "0123456789abcdfghijklmnpqrsvwxyz"  # Nix' base 32
_HASH_BYTES = 20
_FOUND = pytest.StashKey[Path | str]()
_LACKING = """
{ nixpkgs, names }:
let
  flake = (import (nixpkgs + "/flake.nix")).outputs { self = { outPath = nixpkgs; }; };
  packages =
    if builtins.pathExists (nixpkgs + "/default.nix") then import nixpkgs { }
    else flake.legacyPackages.${builtins.currentSystem};
in
builtins.filter (name: !(packages ? ${name})) names
"""


def usable_nixpkgs(config: pytest.Config, nix: Nix) -> Path | str:
    """Return the directory of nixpkgs, or the reason why there is none that has what these tests need.

    Raises:
        NixError: PYFLEET_NIXPKGS is set, but not to nixpkgs.
    """
    if _FOUND not in config.stash:
        config.stash[_FOUND] = _with_packages(find_nixpkgs(config.rootpath), nix, config.getini(OPTION))
    return config.stash[_FOUND]


def _with_packages(found: Path | str, nix: Nix, names: list[str]) -> Path | str:
    if isinstance(found, str) or not names:
        return found
    try:
        lacking = nix.evaluate(_LACKING, {"nixpkgs": found, "names": names})
    except NixError as error:
        return f"nixpkgs in {found} can't be evaluated here: {error.message}"
    return f"nixpkgs in {found} lacks {', '.join(lacking)}; use a newer one" if lacking else found


def find_nixpkgs(root: Path) -> Path | str:
    """Return the directory of nixpkgs, or the reason why there is none.

    Args:
        root: Directory whose flake.lock names nixpkgs.

    Raises:
        NixError: PYFLEET_NIXPKGS is set, but not to nixpkgs. That is a mistake, not a reason to skip tests.
    """
    if named := os.environ.get(VARIABLE):
        if not _is_nixpkgs(Path(named)):
            raise NixError(f"{VARIABLE}={named} has no lib/default.nix; set it to a directory with nixpkgs")
        return Path(named).absolute()
    cached = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "pyfleet" / "nixpkgs"
    for candidate in (cached, _locked(root / "flake.lock")):
        if candidate and _is_nixpkgs(candidate):
            return candidate
    return f"no nixpkgs in {VARIABLE}, in {cached}, or as locked by flake.lock in {_STORE}"


def store_path(nar_hash: str) -> Path:
    """Return where the store keeps a source with this hash (`sha256-...`), as Nix computes it."""
    digest = base64.b64decode(nar_hash.removeprefix("sha256-")).hex()
    full = hashlib.sha256(f"source:sha256:{digest}:{_STORE}:source".encode()).digest()
    folded = bytearray(_HASH_BYTES)
    for index, byte in enumerate(full):
        folded[index % _HASH_BYTES] ^= byte
    number = int.from_bytes(folded, "little")
    length = _HASH_BYTES * 8 // 5
    text = "".join(_DIGITS[number >> 5 * index & 31] for index in reversed(range(length)))
    return Path(_STORE) / f"{text}-source"


def _is_nixpkgs(directory: Path) -> bool:
    return (directory / "lib" / "default.nix").is_file()


def _locked(lock: Path) -> Path | None:
    """Where flake.lock's nixpkgs is, if it was fetched before."""
    try:
        nodes = json.loads(lock.read_text(encoding="utf-8"))["nodes"]
        return store_path(nodes[nodes["root"]["inputs"]["nixpkgs"]]["locked"]["narHash"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
