"""Keys of the fleet file for Secrets made from files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.model.base import AbsolutePath
from pyfleet.model.secrets import SecretKey, secret_and_key
from pyfleet.offers.settings import Settings

if TYPE_CHECKING:
    from pyfleet.model.fleet import Fleet

FILES = Settings[dict[str, str]](
    "secrets.files",
    dict[SecretKey, AbsolutePath],
    {},
    "`secret/key` from a file on the first server, put there by sops-nix or agenix (NixOS only).",
)
PLACE = ("platform", "secrets", "files")


def files_by_secret(fleet: Fleet) -> dict[str, dict[str, str]]:
    """Gather the path of each key, by Secret."""
    files: dict[str, dict[str, str]] = {}
    for source, path in sorted(FILES.of(fleet).items()):
        name, key = secret_and_key(source)
        files.setdefault(name, {})[key] = path
    return files
