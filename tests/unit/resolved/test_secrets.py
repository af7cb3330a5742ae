"""Which Secrets a fleet needs: in which namespace, with which keys, of which type."""

from __future__ import annotations

from pyfleet.offers.secrets import WantedSecret
from pyfleet.resolved.secrets import providers
from tests.unit.fleets import resolved

HOSTS = "hosts: {box: {role: server, address: 10.0.0.1}}\n"
ARGO_CD = "gitops: {argocd: {repo: 'https://git.example.com/fleet.git'}}"
READER = "workloads: {a: {namespace: ai, image: a/b:1, secrets: {TOKEN: hf-token/token}}}\n"


def wanted(text: str) -> list[WantedSecret]:
    return list(resolved(HOSTS + text).secrets)


def names(text: str) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(each.namespace, each.name, each.keys) for each in wanted(text)]


def test_a_secret_is_wanted_in_the_namespace_of_who_reads_it() -> None:
    assert wanted(READER) == [WantedSecret("ai", "hf-token", ("token",), ("workloads", "a", "secrets", "TOKEN"))]


def test_readers_in_one_namespace_want_one_secret_with_the_keys_of_all() -> None:
    text = """
workloads:
  a: {namespace: ai, image: a/b:1, secrets: {X: s/b, Y: s/a}}
  b: {namespace: ai, image: a/b:1, secrets: {X: s/c, Y: s/a}}
  c: {namespace: media, image: a/b:1, secrets: {X: s/a}}
"""

    assert names(text) == [("ai", "s", ("a", "b", "c")), ("media", "s", ("a",))]


def test_a_pull_secret_is_of_the_type_that_the_kubelet_reads() -> None:
    (made,) = wanted("workloads: {a: {image: a/b:1, imagePullSecrets: [ngc]}}")

    assert (made.type, made.keys) == ("kubernetes.io/dockerconfigjson", (".dockerconfigjson",))


def test_a_pull_secret_that_is_read_as_text_too_keeps_its_type() -> None:
    (made,) = wanted("workloads: {a: {image: a/b:1, secrets: {X: ngc/.dockerconfigjson}, imagePullSecrets: [ngc]}}")

    assert made.type == "kubernetes.io/dockerconfigjson"


def test_the_key_of_an_api_is_whatever_the_store_has() -> None:
    text = """
discovery: {prefix: club.example}
services: {lmstudio: {address: 192.168.6.19, port: 1234, apiKeySecret: lmstudio-key}}
workloads: {a: {image: a/b:1, ports: {http: 80}, discovery: {type: llm, apiKeySecret: a-key}}}
"""

    assert [(each.name, each.keys, each.whole) for each in wanted(text)] == [
        ("a-key", (), True),
        ("lmstudio-key", (), True),
    ]


def test_the_platform_names_its_secrets_in_its_namespaces() -> None:
    text = """
platform:
  ingress: {domain: lan.example}
  certificates: {certManager: {acme: {email: me@example.com, cloudflare: dns/token}}}
  monitoring: {victoriaMetrics: {}, grafana: {admin: grafana}, notify: {discord: discord/url}}
  tunnel:
    cloudflare:
      domain: example.com
      tunnelId: 2ed1d494-6c5a-4c5d-aa24-479446fb844d
      accountId: 0123456789abcdef0123456789abcdef
      zoneId: 0123456789abcdef0123456789abcdef
"""

    assert names(text) == [
        ("cert-manager", "dns", ("token",)),
        ("cloudflared", "cloudflared", ("credentials.json",)),
        ("monitoring", "discord", ("url",)),
        ("monitoring", "grafana", ("admin-password", "admin-user")),
    ]


def test_a_canary_that_is_not_run_reads_nothing() -> None:
    canary = "workloads: {a: {image: a/b:1, ports: {http: 80}, canary: {path: /v1, apiKey: key/token}}}\n"

    assert (names(canary), names(canary + "platform: {monitoring: {victoriaMetrics: {}}}")) == (
        [],
        [("default", "key", ("token",))],
    )


def test_argo_cd_gets_address_and_kind_of_a_private_repository_beside_its_password() -> None:
    (made,) = wanted("platform: {gitops: {argocd: {repo: 'https://git.example.com/fleet.git', credentials: git}}}")

    assert made == WantedSecret(
        "argocd",
        "git",
        ("password", "username"),
        ("platform", "gitops", "argocd", "credentials"),
        labels={"argocd.argoproj.io/secret-type": "repository"},
        literals={"type": "git", "url": "https://git.example.com/fleet.git"},
    )


def test_argo_cd_gets_a_key_for_a_repository_by_ssh() -> None:
    (made,) = wanted("platform: {gitops: {argocd: {repo: 'git@example.com:me/fleet.git', credentials: git}}}")

    assert made.keys == ("sshPrivateKey",)


CHARTS = """
charts:
  one: {repo: "https://charts.example.com", chart: one, version: 1.0.0, namespace: x, credentials: one-login}
  two: {chart: "oci://registry.example.com/charts/two", version: 1.0.0, namespace: x, credentials: two-login}
"""


def test_k3s_reads_a_charts_login_beside_its_own_objects() -> None:
    assert [(each.namespace, each.name, each.type) for each in wanted(CHARTS)] == [
        ("kube-system", "one-login", "kubernetes.io/basic-auth"),
        ("kube-system", "two-login", "kubernetes.io/dockerconfigjson"),
    ]


def test_argo_cd_reads_a_charts_login_as_a_repository() -> None:
    made = wanted(f"{CHARTS}platform: {{{ARGO_CD}}}")

    assert [(each.namespace, each.keys, each.literals) for each in made] == [
        (
            "argocd",
            ("username", "password"),
            {"name": "one-login", "type": "helm", "url": "https://charts.example.com"},
        ),
        (
            "argocd",
            ("username", "password"),
            {"name": "two-login", "type": "helm", "url": "registry.example.com/charts", "enableOCI": "true"},
        ),
    ]


def test_a_secret_is_provided_by_whoever_the_fleet_file_says() -> None:
    store = "externalSecrets: {vault: {server: 'https://vault.lan:8200', roleId: it}}"
    given = "files: {filed/y: /run/secrets/y}, manual: [handmade, vault-approle]"
    reader = "workloads: {a: {image: a/b:1, secrets: {A: stored/x, B: filed/y, C: handmade/z}}}\n"

    def provided(secrets: str) -> dict[str, set[str]]:
        made = resolved(f"{HOSTS}{reader}platform: {{{secrets}}}")
        return {each.name: providers(made, each) for each in made.secrets}

    assert provided("") == {"stored": set(), "filed": set(), "handmade": set()}
    assert provided(f"secrets: {{{given}}}") == {"stored": set(), "filed": {"secret_files"}, "handmade": {"manual"}}
    assert provided(f"secrets: {{{store}, {given}}}") == {
        "stored": {"external_secrets"},
        "filed": {"external_secrets", "secret_files"},
        "handmade": {"external_secrets", "manual"},
        "vault-approle": {"external_secrets", "manual"},
    }
