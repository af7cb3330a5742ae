"""The store of secrets, and an ExternalSecret for each Secret that comes from it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyfleet.model.secrets import secret_and_key
from pyfleet.offers.secrets import OPAQUE, SecretSource
from pyfleet.parts.external_secrets.fetched import CHART, fetched, store_namespace
from pyfleet.parts.external_secrets.model import EXTERNAL_SECRETS
from pyfleet.rendering.kubernetes.app import App, Object, metadata, without_empty

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.offers.secrets import WantedSecret
    from pyfleet.parts.external_secrets.model import AzureKeyVault, ExternalSecrets, Vault
    from pyfleet.planning.types.whole import Plan

API = "external-secrets.io/v1"
FOLDER = "platform/secrets"
STORE = "fleet"


def apps(plan: Plan) -> Iterator[App]:
    """Render the store, and an ExternalSecret for each Secret that comes from it."""
    operator = EXTERNAL_SECRETS.of(plan.resolved.fleet)
    if operator:
        wanted = fetched(plan.resolved)
        store = secret_store(operator, store_namespace(plan.resolved))
        yield App(FOLDER, (store, *(external_secret(operator, each) for each in wanted)))


def secret_source(plan: Plan, namespace: str, name: str) -> SecretSource | None:
    """Gather what makes one Secret: the operator's chart, the store, the ExternalSecret."""
    operator = EXTERNAL_SECRETS.of(plan.resolved.fleet)
    found = (each for each in fetched(plan.resolved) if (each.namespace, each.name) == (namespace, name))
    wanted = next(found, None)
    if operator is None or wanted is None:
        return None
    own = store_namespace(plan.resolved)
    return SecretSource(CHART, own, (secret_store(operator, own), external_secret(operator, wanted)))


def secret_store(operator: ExternalSecrets, namespace: str) -> Object:
    """Render the store; the operator's credentials for it are in this namespace, its own."""
    provider: Object = {}
    if operator.vault:
        provider = {"vault": _vault(operator.vault, namespace)}
    elif operator.azure_key_vault:
        provider = {"azurekv": _azure(operator.azure_key_vault, namespace)}
    return {
        "apiVersion": API,
        "kind": "ClusterSecretStore",
        "metadata": metadata(STORE),
        "spec": {"provider": provider},
    }


def _vault(vault: Vault, namespace: str) -> Object:
    name, key = secret_and_key(vault.secret_id)
    role = {"roleId": vault.role_id, "secretRef": {"name": name, "key": key, "namespace": namespace}}
    return {
        "server": vault.server,
        **without_empty(caBundle="".join((vault.ca_bundle or "").split())),
        "path": vault.mount,
        "version": "v2",
        "auth": {"appRole": {"path": "approle", **role}},
    }


def _azure(azure: AzureKeyVault, namespace: str) -> Object:
    def entry(key: str) -> Object:
        return {"name": azure.credentials, "key": key, "namespace": namespace}

    return {
        "vaultUrl": azure.url,
        "tenantId": azure.tenant_id,
        "authType": "ServicePrincipal",
        "authSecretRef": {"clientId": entry("client-id"), "clientSecret": entry("client-secret")},
    }


def external_secret(operator: ExternalSecrets, wanted: WantedSecret) -> Object:
    """Render what makes one Secret, with the name and in the namespace that its users name."""
    return {
        "apiVersion": API,
        "kind": "ExternalSecret",
        "metadata": metadata(wanted.name, wanted.namespace),
        "spec": {
            "refreshInterval": operator.refresh,
            "secretStoreRef": {"kind": "ClusterSecretStore", "name": STORE},
            "target": {"name": wanted.name, "creationPolicy": "Owner", **without_empty(template=_template(wanted))},
            **(_in_vault(wanted, operator.vault) if operator.vault else _in_azure(wanted)),
        },
    }


def _in_vault(wanted: WantedSecret, vault: Vault) -> Object:
    """Refer to Vault: each Secret is one entry of the key/value engine, with the same keys."""
    remote = f"{vault.prefix.strip('/')}/{wanted.name}" if vault.prefix else wanted.name
    if wanted.whole:
        return {"dataFrom": [{"extract": {"key": remote}}]}
    return {"data": [{"secretKey": key, "remoteRef": {"key": remote, "property": key}} for key in sorted(wanted.keys)]}


def _in_azure(wanted: WantedSecret) -> Object:
    """Refer to Azure Key Vault, where a secret is one value; for a Secret that is read whole, that value is JSON."""
    if not wanted.keys:
        return {"dataFrom": [{"extract": {"key": azure_name(wanted.name)}}]}
    return {
        "data": [
            {"secretKey": key, "remoteRef": {"key": azure_name(f"{wanted.name}-{key}")}} for key in sorted(wanted.keys)
        ]
    }


def azure_name(text: str) -> str:
    """Spell a name as Azure Key Vault allows it: of letters, digits and `-`."""
    return re.sub(r"[^-0-9A-Za-z]", "-", text)


def _template(wanted: WantedSecret) -> Object:
    """Render what the Secret has beside the fetched values: type, labels, literals; nothing for a plain one."""
    beside = without_empty(
        type=wanted.type if wanted.type != OPAQUE else None,
        metadata=without_empty(labels=wanted.labels),
        data={key: _not_a_template(text) for key, text in wanted.literals.items()},
    )
    # Merge: beside what is fetched, not in its place.
    return {"engineVersion": "v2", "mergePolicy": "Merge", **beside} if beside else {}


def _not_a_template(text: str) -> str:
    """Keep the template engine from reading a text that isn't one."""
    return text.replace("{{", '{{ "{{" }}')
