"""Secrets that the first server makes of its files."""

from __future__ import annotations

from typing import Any

from pyfleet.parts.secret_files import part
from tests.unit.fleets import planned

HOSTS = "hosts: {box: {role: server, address: 10.0.0.1}, two: {role: server, address: 10.0.0.2}}\n"


def made(text: str) -> dict[str, Any]:
    """Values of the option `fleet.secrets` by host."""
    plan = planned(HOSTS + text)
    return {node.name: options["secrets"] for node in plan.nodes if (options := part.host_options(plan, node))}


def test_a_secret_is_made_on_the_first_server_in_every_namespace_that_reads_it() -> None:
    text = """
workloads:
  a: {namespace: ai, image: a/b:1, secrets: {TOKEN: hf-token/token, OTHER: other/key}}
  b: {namespace: media, image: a/b:1, secrets: {TOKEN: hf-token/token}}
platform: {secrets: {files: {hf-token/token: /run/secrets/hf-token, unread/key: /run/secrets/unread}}}
"""
    token = {"hf-token": {"files": {"token": "/run/secrets/hf-token"}}}

    assert made(text) == {"box": {"ai": token, "media": token}}


def test_a_secret_has_its_type_its_labels_and_what_stands_beside_the_values() -> None:
    text = """
workloads: {a: {image: a/b:1, imagePullSecrets: [ngc]}}
platform:
  gitops: {argocd: {repo: "https://git.example.com/fleet.git", credentials: git}}
  secrets:
    files: {ngc/.dockerconfigjson: /run/ngc, git/username: /run/user, git/password: /run/password}
"""

    assert made(text)["box"] == {
        "argocd": {
            "git": {
                "files": {"password": "/run/password", "username": "/run/user"},
                "labels": {"argocd.argoproj.io/secret-type": "repository"},
                "literals": {"type": "git", "url": "https://git.example.com/fleet.git"},
            }
        },
        "default": {
            "ngc": {"files": {".dockerconfigjson": "/run/ngc"}, "type": "kubernetes.io/dockerconfigjson"},
        },
    }


def test_what_somebody_makes_by_hand_is_not_made_of_files() -> None:
    text = """
workloads: {a: {image: a/b:1, secrets: {TOKEN: hf-token/token}}}
platform: {secrets: {files: {hf-token/token: /run/secrets/hf-token}, manual: [hf-token]}}
"""

    assert made(text) == {}


def test_without_files_no_host_makes_any() -> None:
    assert made("workloads: {a: {image: a/b:1, secrets: {TOKEN: hf-token/token}}}\n") == {}
