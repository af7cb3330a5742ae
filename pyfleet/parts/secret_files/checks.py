"""Secrets made from files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.checks.flags import in_nix_store
from pyfleet.checks.registry import Finding, check
from pyfleet.parts.secret_files.model import FILES, PLACE, files_by_secret
from pyfleet.resolved.secrets import MANUAL, by_hand

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.resolved import Resolved


@check("F507")
def secret_files_without_nixos(resolved: Resolved) -> Iterator[Finding]:
    """Secrets from files, in a fleet whose first server isn't NixOS.

    A systemd unit of NixOS makes them from the files. On other systems nothing does, and pods that read them would wait
    for ever.
    """
    first = resolved.first_server
    if FILES.of(resolved.fleet) and first and resolved.fleet.hosts[first].os != "nixos":
        yield Finding(
            PLACE,
            f"{first}, the first server, isn't NixOS, so nothing makes Secrets from its files",
            "make them by hand and list them in `platform.secrets.manual`, or use `externalSecrets`",
            at_key=True,
        )


@check("F509")
def secret_given_in_part(resolved: Resolved) -> Iterator[Finding]:
    """A Secret for which `platform.secrets.files` provides some keys, but not all that are read.

    A Secret comes from files or from a store as a whole: a pod that reads a missing key doesn't start.
    """
    files = files_by_secret(resolved.fleet)
    seen: set[tuple[str, str]] = set()
    for wanted in resolved.secrets:
        for key in wanted.keys if wanted.name in files else ():
            given = files[wanted.name]
            if key not in given and (wanted.name, key) not in seen:
                seen.add((wanted.name, key))
                yield Finding(
                    (*PLACE, f"{wanted.name}/{next(iter(given))}"),
                    f"{key} of the Secret {wanted.name} is read in namespace {wanted.namespace}, but not provided",
                    f"add `{wanted.name}/{key}: /run/secrets/...`",
                    at_key=True,
                )


@check("F510")
def secret_given_twice(resolved: Resolved) -> Iterator[Finding]:
    """A Secret from files that somebody also makes by hand: a timer would soon overwrite it from the files."""
    files = files_by_secret(resolved.fleet)
    manual = by_hand(resolved)
    for index, name in enumerate(manual.manual if manual else ()):
        if name in files:
            yield Finding(
                (*MANUAL, index), f"the Secret {name} is also provided by `platform.secrets.files`", "keep one of them"
            )


@check("F512")
def secret_file_in_the_store(resolved: Resolved) -> Iterator[Finding]:
    """A secret's file in the Nix store, which every user of the machine can read, and every machine it is copied to."""
    for source, path in FILES.of(resolved.fleet).items():
        if in_nix_store(path):
            yield Finding(
                (*PLACE, source),
                f"{path} is in the Nix store, which every user can read",
                f"name the path of a decrypted secret, such as /run/secrets/{source.partition('/')[0]}",
            )
