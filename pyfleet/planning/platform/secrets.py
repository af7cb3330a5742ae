"""Decide who provides each Secret that anything names: the store, files of the first server, or somebody by hand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyfleet.model.secrets import secret_and_key
from pyfleet.planning.platform.wanted_secrets import store_namespace, wanted_secrets
from pyfleet.planning.types.platform import NeededChart
from pyfleet.planning.types.secrets import ExternalSecretPlan, HostSecretPlan, RemoteKey, SecretsPlan, SecretStorePlan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.model.platform.secrets import ExternalSecrets, Secrets, Vault
    from pyfleet.planning.types.secrets import WantedSecret
    from pyfleet.resolved import Resolved

STORE = "fleet"


def secret_charts(resolved: Resolved) -> Iterator[NeededChart]:
    """Name the chart of external-secrets, where the fleet asks for it."""
    said = resolved.fleet.platform.secrets
    if said and said.external_secrets:
        yield NeededChart("external-secrets", {}, said.external_secrets.version, said.external_secrets.values)


def secrets_plan(resolved: Resolved) -> SecretsPlan | None:
    """Decide who provides each Secret."""
    said = resolved.fleet.platform.secrets
    if said is None:
        return None
    store = said.external_secrets
    files = files_by_secret(said)
    wanted = [each for each in wanted_secrets(resolved) if each.name not in said.manual]
    return SecretsPlan(
        store=_store(store, store_namespace(resolved)) if store else None,
        refresh=store.refresh if store else "",
        external=tuple(
            _external(each, store)
            for each in wanted
            if store and each.name not in files and not is_way_in(each, resolved)
        ),
        from_files=tuple(_from_files(each, files[each.name]) for each in wanted if each.name in files),
    )


def files_by_secret(said: Secrets) -> dict[str, dict[str, str]]:
    """Gather `platform.secrets.files`: the path of each key, by Secret."""
    files: dict[str, dict[str, str]] = {}
    for source, path in sorted(said.files.items()):
        name, key = secret_and_key(source)
        files.setdefault(name, {})[key] = path
    return files


def is_way_in(wanted: WantedSecret, resolved: Resolved) -> bool:
    """Whether it is what External Secrets Operator gets into the store with, so that it can't come from there."""
    said = resolved.fleet.platform.secrets
    store = said.external_secrets if said else None
    if store is None or wanted.namespace != store_namespace(resolved):
        return False
    return wanted.name in {
        *([secret_and_key(store.vault.secret_id)[0]] if store.vault else []),
        *([store.azure_key_vault.credentials] if store.azure_key_vault else []),
    }


def _from_files(wanted: WantedSecret, files: dict[str, str]) -> HostSecretPlan:
    return HostSecretPlan(wanted.namespace, wanted.name, wanted.type, wanted.labels, wanted.literals, files)


def _store(said: ExternalSecrets, namespace: str) -> SecretStorePlan:
    vault, azure = said.vault, said.azure_key_vault
    return SecretStorePlan(
        name=STORE,
        kind="vault" if vault else "azure-key-vault",
        namespace=namespace,
        address=vault.server if vault else azure.url if azure else "",
        mount=vault.mount if vault else None,
        role_id=vault.role_id if vault else None,
        secret_id=secret_and_key(vault.secret_id) if vault else None,
        tenant_id=azure.tenant_id if azure else None,
        credentials=azure.credentials if azure else None,
        ca_bundle="".join(vault.ca_bundle.split()) if vault and vault.ca_bundle else None,
    )


def _external(wanted: WantedSecret, store: ExternalSecrets) -> ExternalSecretPlan:
    entries, whole = _in_vault(wanted, store.vault) if store.vault else _in_azure(wanted)
    return ExternalSecretPlan(
        namespace=wanted.namespace,
        name=wanted.name,
        type=wanted.type,
        labels=wanted.labels,
        literals=wanted.literals,
        entries=entries,
        whole=whole,
    )


def _in_vault(wanted: WantedSecret, vault: Vault) -> tuple[tuple[RemoteKey, ...], str | None]:
    """Find it in Vault: one entry of the key/value engine a Secret, its keys the keys of the Secret."""
    remote = f"{vault.prefix.strip('/')}/{wanted.name}" if vault.prefix else wanted.name
    if wanted.whole:
        return (), remote
    return tuple(RemoteKey(key, remote, key) for key in sorted(wanted.keys)), None


def _in_azure(wanted: WantedSecret) -> tuple[tuple[RemoteKey, ...], str | None]:
    """Find it in Azure Key Vault, whose secrets are one value each; of one that is read whole the value is JSON."""
    if not wanted.keys:
        return (), azure_name(wanted.name)
    return tuple(RemoteKey(key, azure_name(f"{wanted.name}-{key}"), None) for key in sorted(wanted.keys)), None


def azure_name(text: str) -> str:
    """Spell a name as Azure Key Vault allows it: of letters, digits and `-`."""
    return re.sub(r"[^-0-9A-Za-z]", "-", text)
