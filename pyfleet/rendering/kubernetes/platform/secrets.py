"""The store of secrets, and what External Secrets Operator fetches from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.rendering.kubernetes.app import App, Object, metadata, without_empty

if TYPE_CHECKING:
    from pyfleet.planning.types.secrets import ExternalSecretPlan, RemoteKey, SecretsPlan, SecretStorePlan
    from pyfleet.planning.types.whole import Plan

API = "external-secrets.io/v1"


def secrets(plan: Plan) -> App | None:
    """Render the store and an ExternalSecret for each Secret that comes from it, where the fleet asks for it."""
    store = secret_store(plan)
    if store is None or plan.secrets is None:
        return None
    return App("platform/secrets", (store, *(external_secret(plan.secrets, each) for each in plan.secrets.external)))


def secret_store(plan: Plan) -> Object | None:
    """Render the store, where the fleet has one."""
    store = plan.secrets.store if plan.secrets else None
    if store is None:
        return None
    return {
        "apiVersion": API,
        "kind": "ClusterSecretStore",
        "metadata": metadata(store.name),
        "spec": {"provider": _vault(store) if store.kind == "vault" else _azure(store)},
    }


def external_secret(secrets: SecretsPlan, wanted: ExternalSecretPlan) -> Object:
    """Render what makes one Secret, with the name and in the namespace that its users name."""
    return {
        "apiVersion": API,
        "kind": "ExternalSecret",
        "metadata": metadata(wanted.name, wanted.namespace),
        "spec": {
            "refreshInterval": secrets.refresh,
            "secretStoreRef": {"kind": "ClusterSecretStore", "name": secrets.store.name if secrets.store else ""},
            "target": {
                "name": wanted.name,
                "creationPolicy": "Owner",
                **without_empty(template=_template(wanted)),
            },
            **without_empty(
                data=[_entry(entry) for entry in wanted.entries],
                dataFrom=[{"extract": {"key": wanted.whole}}] if wanted.whole else None,
            ),
        },
    }


def _vault(store: SecretStorePlan) -> Object:
    name, key = store.secret_id or ("", "")
    role = {"roleId": store.role_id, "secretRef": {"name": name, "key": key, "namespace": store.namespace}}
    return {
        "vault": {
            "server": store.address,
            **without_empty(caBundle=store.ca_bundle),
            "path": store.mount,
            "version": "v2",
            "auth": {"appRole": {"path": "approle", **role}},
        }
    }


def _azure(store: SecretStorePlan) -> Object:
    def entry(key: str) -> Object:
        return {"name": store.credentials, "key": key, "namespace": store.namespace}

    return {
        "azurekv": {
            "vaultUrl": store.address,
            "tenantId": store.tenant_id,
            "authType": "ServicePrincipal",
            "authSecretRef": {"clientId": entry("client-id"), "clientSecret": entry("client-secret")},
        }
    }


def _entry(entry: RemoteKey) -> Object:
    return {"secretKey": entry.key, "remoteRef": {"key": entry.remote, **without_empty(property=entry.item)}}


def _template(wanted: ExternalSecretPlan) -> Object:
    """Render what the Secret has beside the values; nothing where it is a plain one."""
    beside = without_empty(
        type=wanted.type if wanted.type != "Opaque" else None,
        metadata=without_empty(labels=wanted.labels),
        data={key: _not_a_template(text) for key, text in wanted.literals.items()},
    )
    # Merge: beside what is fetched, not in its place.
    return {"engineVersion": "v2", "mergePolicy": "Merge", **beside} if beside else {}


def _not_a_template(text: str) -> str:
    """Keep the template engine from reading a text that isn't one."""
    return text.replace("{{", '{{ "{{" }}')
