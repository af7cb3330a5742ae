"""F5xx: Secrets, and who provides them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.checks.flags import in_nix_store
from pyfleet.checks.nearest import nearest
from pyfleet.checks.registry import Finding, check
from pyfleet.planning.platform.secrets import files_by_secret, is_way_in
from pyfleet.planning.platform.wanted_secrets import named_secrets, wanted_secrets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.checks.registry import Path
    from pyfleet.model.platform.secrets import Secrets
    from pyfleet.planning.types.secrets import WantedSecret
    from pyfleet.resolved import Resolved

FILES = ("platform", "secrets", "files")
MANUAL = ("platform", "secrets", "manual")


@check("F505")
def secret_that_nobody_provides(resolved: Resolved) -> Iterator[Finding]:
    """A Secret that something names, and nobody makes.

    Its pods wait in `CreateContainerConfigError`, its chart or its certificate is never there, and the fleet file looks
    complete. `platform.secrets` says who makes each: `externalSecrets` fetches all that are named from Vault or Azure
    Key Vault, `files` makes them of files that sops-nix or agenix put on the first server, `manual` lists those that
    somebody makes by hand. No value is ever in the fleet file.
    """
    said = resolved.fleet.platform.secrets
    if said and said.external_secrets:
        return
    seen: set[str] = set()
    for wanted in wanted_secrets(resolved):
        if wanted.name in seen or _is_given(said, wanted.name):
            continue
        seen.add(wanted.name)
        yield Finding(
            wanted.place,
            f"nobody provides the Secret {wanted.name}, which is read in namespace {wanted.namespace}",
            _ways_out(said, wanted),
        )


def _ways_out(said: Secrets | None, wanted: WantedSecret) -> str:
    if said is None:
        return f"say who does: `platform: {{secrets: {{manual: [{wanted.name}]}}}}` if you make it yourself"
    key = wanted.keys[0] if wanted.keys else "key"
    return (
        f"add it to `platform.secrets.manual` if you make it yourself, "
        f"or `{wanted.name}/{key}: /run/secrets/...` to `platform.secrets.files`"
    )


@check("F506")
def way_into_the_store_that_only_the_store_has(resolved: Resolved) -> Iterator[Finding]:
    """External Secrets Operator's own way into the store, provided by nothing but that store.

    What it logs in with has to be in the cluster before it can fetch anything. Give that one Secret by
    `platform.secrets.files`, or make it by hand and list it in `platform.secrets.manual`.
    """
    said = resolved.fleet.platform.secrets
    for wanted in wanted_secrets(resolved):
        if said and is_way_in(wanted, resolved) and not _is_given(said, wanted.name):
            yield Finding(
                wanted.place,
                f"the Secret {wanted.name} opens the store, so it can't come from there",
                f"add `{wanted.name}/{wanted.keys[0]}: /run/secrets/...` to `platform.secrets.files`, or the name to "
                f"`platform.secrets.manual` and make it in namespace {wanted.namespace} yourself",
            )


@check("F507")
def secret_files_without_nixos(resolved: Resolved) -> Iterator[Finding]:
    """Secrets from files, in a fleet whose first server isn't NixOS.

    A unit of NixOS makes them of the files. Elsewhere nothing would, and whoever reads them would wait for ever.
    """
    said = resolved.fleet.platform.secrets
    first = resolved.first_server
    if said and said.files and first and resolved.fleet.hosts[first].os != "nixos":
        yield Finding(
            FILES,
            f"{first}, the first server, isn't NixOS, so nothing makes Secrets of its files",
            "make them by hand and list them in `platform.secrets.manual`, or use `externalSecrets`",
            at_key=True,
        )


@check("F508", "warning")
def secret_that_nobody_reads(resolved: Resolved) -> Iterator[Finding]:
    """A Secret that `platform.secrets` gives, and nothing in the fleet names.

    Mostly it is misspelt in one of the two places. What a chart's values read is named under the chart's `secrets`.
    """
    said = resolved.fleet.platform.secrets
    if said is None:
        return
    names = {wanted.name for wanted in wanted_secrets(resolved)}
    places: list[tuple[Path, str]] = [((*MANUAL, index), name) for index, name in enumerate(said.manual)]
    places += [((*FILES, f"{name}/{next(iter(keys))}"), name) for name, keys in files_by_secret(said).items()]
    for place, name in places:
        if name not in names:
            yield Finding(place, f"nothing in the fleet reads the Secret {name}", nearest(name, names), at_key=True)


@check("F509")
def secret_given_in_part(resolved: Resolved) -> Iterator[Finding]:
    """A Secret of which `platform.secrets.files` gives some keys, but not all that are read.

    A Secret is made of files or fetched from a store as a whole: a pod that reads the missing key doesn't start.
    """
    said = resolved.fleet.platform.secrets
    files = files_by_secret(said) if said else {}
    seen: set[tuple[str, str]] = set()
    for wanted in wanted_secrets(resolved):
        for key in wanted.keys if wanted.name in files else ():
            given = files[wanted.name]
            if key not in given and (wanted.name, key) not in seen:
                seen.add((wanted.name, key))
                yield Finding(
                    (*FILES, f"{wanted.name}/{next(iter(given))}"),
                    f"{key} of the Secret {wanted.name} is read in namespace {wanted.namespace}, but not given",
                    f"add `{wanted.name}/{key}: /run/secrets/...`",
                    at_key=True,
                )


@check("F510")
def secret_given_twice(resolved: Resolved) -> Iterator[Finding]:
    """A Secret of files that somebody also makes by hand: the files would win at the next turn of a timer."""
    said = resolved.fleet.platform.secrets
    files = files_by_secret(said) if said else {}
    for index, name in enumerate(said.manual if said else ()):
        if name in files:
            yield Finding(
                (*MANUAL, index), f"the Secret {name} is also given by `platform.secrets.files`", "keep one of them"
            )


@check("F511")
def secret_that_would_be_two_things(resolved: Resolved) -> Iterator[Finding]:
    """One Secret, wanted in two forms.

    A Secret has one type, and what Argo CD reads for a private repository is for one address. Two repositories take two
    Secrets, with the same values if need be.
    """
    first: dict[tuple[str, str], WantedSecret] = {}
    for wanted in named_secrets(resolved):
        if wanted.type == "Opaque" and not wanted.literals:
            continue
        other = first.setdefault((wanted.namespace, wanted.name), wanted)
        if (wanted.type, wanted.literals) != (other.type, other.literals):
            yield Finding(
                wanted.place,
                f"the Secret {wanted.name} is wanted {_form(wanted)} here, and {_form(other)} elsewhere",
                "name another Secret here",
            )


def _form(wanted: WantedSecret) -> str:
    return f"for {wanted.literals['url']}" if "url" in wanted.literals else f"as {wanted.type}"


@check("F512")
def secret_file_in_the_store(resolved: Resolved) -> Iterator[Finding]:
    """A secret's file in the Nix store, which every user of the machine can read, and every machine it is copied to."""
    said = resolved.fleet.platform.secrets
    for source, path in said.files.items() if said else ():
        if in_nix_store(path):
            yield Finding(
                (*FILES, source),
                f"{path} is in the Nix store, which every user can read",
                f"name the path of a decrypted secret, such as /run/secrets/{source.partition('/')[0]}",
            )


def _is_given(said: Secrets | None, name: str) -> bool:
    return said is not None and (name in said.manual or name in files_by_secret(said))
