"""Which Secrets come from a store, and from where in it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.fleets import named, objects

HOSTS = "hosts: {box: {role: server, address: 10.0.0.1}}\n"
VAULT = "externalSecrets: {vault: {server: 'https://vault.lan:8200', prefix: lab, roleId: it%s}, refresh: 5m}"
AZURE = (
    "externalSecrets: {azureKeyVault: {url: 'https://x.vault.azure.net',"
    " tenantId: 2ed1d494-6c5a-4c5d-aa24-479446fb844d}}"
)
READER = "workloads: {a: {namespace: ai, image: a/b:1, secrets: {TOKEN: hf-token/token}}}\n"
OUTSIDE = "services: {lmstudio: {address: 192.168.6.19, port: 1234, apiKeySecret: key}}\n"


def made(text: str, secrets: str = VAULT % "", platform: str = "") -> dict[str, dict[str, Any]]:
    return named(objects(f"{HOSTS}{text}platform: {{secrets: {{{secrets}}}, {platform}}}", "platform/secrets"))


def fetched(text: str, secrets: str = VAULT % "", platform: str = "") -> dict[str, dict[str, Any]]:
    """Specs of the ExternalSecrets, by namespace and name."""
    return {
        f"{body['metadata']['namespace']}/{body['metadata']['name']}": body["spec"]
        for body in made(text, secrets, platform).values()
        if body["kind"] == "ExternalSecret"
    }


def where(spec: dict[str, Any]) -> Any:
    """Where in the store it is: the key of all of it, or of each entry its key and field."""
    if "dataFrom" in spec:
        (source,) = spec["dataFrom"]
        return source["extract"]["key"]
    remotes = {entry["secretKey"]: entry["remoteRef"] for entry in spec["data"]}
    return {key: (remote["key"], remote.get("property")) for key, remote in remotes.items()}


@pytest.mark.parametrize("secrets", ["", "platform: {secrets: {manual: [hf-token]}}"])
def test_without_a_store_nothing_is_fetched(secrets: str) -> None:
    assert objects(HOSTS + READER + secrets, "platform/secrets") == []


def test_the_store_provides_what_nobody_else_does_and_never_what_opens_it() -> None:
    reader = "workloads: {a: {namespace: ai, image: a/b:1, secrets: {A: stored/x, B: filed/y, C: handmade/z}}}\n"
    given = "files: {filed/y: /run/secrets/y}, manual: [handmade]"

    assert list(fetched(reader, f"{VAULT % ''}, {given}")) == ["ai/stored"]
    assert list(fetched(READER, AZURE)) == ["ai/hf-token"]


def test_a_secret_of_the_name_of_what_opens_the_store_comes_from_it_in_another_namespace() -> None:
    reader = "workloads: {a: {namespace: ai, image: a/b:1, secrets: {ID: vault-approle/secret-id}}}\n"

    assert list(fetched(reader)) == ["ai/vault-approle"]


def test_a_plain_secret_is_one_entry_of_vault_and_its_keys_are_fields() -> None:
    assert fetched(READER) == {
        "ai/hf-token": {
            "refreshInterval": "5m",
            "secretStoreRef": {"kind": "ClusterSecretStore", "name": "fleet"},
            "target": {"name": "hf-token", "creationPolicy": "Owner"},
            "data": [{"secretKey": "token", "remoteRef": {"key": "lab/hf-token", "property": "token"}}],
        }
    }


def test_each_key_is_a_secret_of_azure_whose_name_is_spelled_as_azure_allows() -> None:
    reader = "workloads: {a: {namespace: ai, image: a/b:1, secrets: {TOKEN: my.secret/tls_key.json}}}\n"

    assert where(fetched(reader, AZURE)["ai/my.secret"]) == {"tls_key.json": ("my-secret-tls-key-json", None)}


def test_a_secret_that_is_read_whole_is_fetched_whole() -> None:
    assert where(fetched(OUTSIDE)["default/key"]) == "lab/key"
    assert where(fetched(OUTSIDE, AZURE)["default/key"]) == "key"


def test_a_secret_that_one_reads_by_key_and_one_whole_is_fetched_whole_from_vault() -> None:
    both = OUTSIDE + "workloads: {a: {image: a/b:1, secrets: {TOKEN: key/token}}}\n"

    assert where(fetched(both)["default/key"]) == "lab/key"
    assert where(fetched(both, AZURE)["default/key"]) == {"token": ("key-token", None)}


def test_the_secret_that_opens_vault_is_named_with_its_namespace() -> None:
    vault = made(READER)["ClusterSecretStore/fleet"]["spec"]["provider"]["vault"]

    assert vault["auth"] == {
        "appRole": {
            "path": "approle",
            "roleId": "it",
            "secretRef": {"name": "vault-approle", "key": "secret-id", "namespace": "external-secrets"},
        }
    }
    assert "caBundle" not in vault


def test_the_secret_that_opens_azure_is_named_with_its_namespace() -> None:
    provider = made(READER, AZURE)["ClusterSecretStore/fleet"]["spec"]["provider"]

    assert provider["azurekv"]["authSecretRef"] == {
        "clientId": {"name": "azure-key-vault", "key": "client-id", "namespace": "external-secrets"},
        "clientSecret": {"name": "azure-key-vault", "key": "client-secret", "namespace": "external-secrets"},
    }


def test_a_vault_with_a_ca_of_its_own_is_known_by_that() -> None:
    store = made(READER, VAULT % ", caBundle: 'LS0tLS1C RUdJTg=='")["ClusterSecretStore/fleet"]

    assert store["spec"]["provider"]["vault"]["caBundle"] == "LS0tLS1CRUdJTg=="


def test_what_stands_beside_the_values_does_not_replace_them() -> None:
    repo = "gitops: {argocd: {repo: 'https://git.example.com/fleet.git', credentials: git}}"
    pull = "workloads: {a: {image: a/b:1, imagePullSecrets: [ngc]}}\n"

    assert fetched("", platform=repo)["argocd/git"]["target"]["template"] == {
        "engineVersion": "v2",
        "mergePolicy": "Merge",
        "metadata": {"labels": {"argocd.argoproj.io/secret-type": "repository"}},
        "data": {"type": "git", "url": "https://git.example.com/fleet.git"},
    }
    assert fetched(pull)["default/ngc"]["target"]["template"] == {
        "engineVersion": "v2",
        "mergePolicy": "Merge",
        "type": "kubernetes.io/dockerconfigjson",
    }


def test_an_address_is_not_read_as_a_template() -> None:
    repo = "gitops: {argocd: {repo: 'https://git.example.com/{{x}}', credentials: git}}"

    assert fetched("", platform=repo)["argocd/git"]["target"]["template"]["data"]["url"] == (
        'https://git.example.com/{{ "{{" }}x}}'
    )
