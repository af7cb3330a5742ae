"""How Secrets are spelled: for External Secrets Operator, for NixOS, for pods."""

from __future__ import annotations

from typing import Any

from pyfleet.planning import plan
from pyfleet.rendering.kubernetes.platform.secrets import external_secret, secret_store
from pyfleet.rendering.kubernetes.pods import pod_template
from pyfleet.rendering.nix import render_nix
from tests.unit.fleets import fleet

HOSTS = "hosts: {box: {role: server, address: 10.0.0.1}, bix: {address: 10.0.0.2}}\n"
VAULT = 'externalSecrets: {vault: {server: "https://vault.lan:8200", roleId: it}, refresh: 5m}'
READER = "workloads: {a: {namespace: ai, image: a/b:1, secrets: {TOKEN: hf-token/token}}}\n"


def fetched(text: str) -> list[dict[str, Any]]:
    made = plan(fleet(f"{HOSTS}{text}")).secrets
    assert made is not None
    return [external_secret(made, each)["spec"] for each in made.external]


def test_the_secret_that_opens_the_store_is_named_with_its_namespace() -> None:
    store = secret_store(plan(fleet(f"{HOSTS}platform: {{secrets: {{{VAULT}}}}}")))

    assert store is not None
    assert store["spec"]["provider"]["vault"]["auth"] == {
        "appRole": {
            "path": "approle",
            "roleId": "it",
            "secretRef": {"name": "vault-approle", "key": "secret-id", "namespace": "external-secrets"},
        }
    }


def test_a_vault_with_a_ca_of_its_own_is_known_by_that() -> None:
    said = VAULT.replace("roleId: it", "roleId: it, caBundle: LS0tLS1CRUdJTg==")
    store = secret_store(plan(fleet(f"{HOSTS}platform: {{secrets: {{{said}}}}}")))

    assert store is not None
    assert store["spec"]["provider"]["vault"]["caBundle"] == "LS0tLS1CRUdJTg=="


def test_a_plain_secret_needs_no_template() -> None:
    assert fetched(f"{READER}platform: {{secrets: {{{VAULT}}}}}") == [
        {
            "refreshInterval": "5m",
            "secretStoreRef": {"kind": "ClusterSecretStore", "name": "fleet"},
            "target": {"name": "hf-token", "creationPolicy": "Owner"},
            "data": [{"secretKey": "token", "remoteRef": {"key": "hf-token", "property": "token"}}],
        }
    ]


def test_what_stands_beside_the_values_does_not_replace_them() -> None:
    repo = "gitops: {argocd: {repo: 'https://git.example.com/fleet.git', credentials: git}}"
    (made,) = fetched(f"platform: {{{repo}, secrets: {{{VAULT}}}}}")

    assert made["target"]["template"] == {
        "engineVersion": "v2",
        "mergePolicy": "Merge",
        "metadata": {"labels": {"argocd.argoproj.io/secret-type": "repository"}},
        "data": {"type": "git", "url": "https://git.example.com/fleet.git"},
    }


def test_an_address_is_not_read_as_a_template() -> None:
    repo = "gitops: {argocd: {repo: 'https://git.example.com/{{x}}', credentials: git}}"
    (made,) = fetched(f"platform: {{{repo}, secrets: {{{VAULT}}}}}")

    assert made["target"]["template"]["data"]["url"] == 'https://git.example.com/{{ "{{" }}x}}'


def test_only_the_first_server_makes_secrets_of_files() -> None:
    files = "platform: {secrets: {files: {hf-token/token: /run/secrets/hf-token}}}"
    made = render_nix(plan(fleet(f"{HOSTS}{READER}{files}")))

    assert {name for name, text in made.items() if "fleet.secrets" in text} == {"nix/box.nix"}
    assert 'token = "/run/secrets/hf-token";' in made["nix/box.nix"]


def test_a_pod_names_its_pull_secrets() -> None:
    (workload,) = plan(fleet(f"{HOSTS}workloads: {{a: {{image: a/b:1, imagePullSecrets: [ngc, ghcr]}}}}")).workloads

    assert pod_template(workload)["spec"]["imagePullSecrets"] == [{"name": "ngc"}, {"name": "ghcr"}]
