"""How k3s' Helm controller is given a chart."""

from __future__ import annotations

from typing import Any

import yaml

from tests.unit.fleets import named, objects

BOX = "hosts: {box: {role: server, address: 10.0.0.1}}\n"
CHARTS = """
charts:
  hermes: {repo: "https://x.io", chart: hermes, version: 1.2.3, namespace: agents, credentials: login, values: {a: 1}}
  stock: {chart: "oci://ghcr.io/x/stock", version: 1.2.3, namespace: agents, credentials: ghcr-login}
  other: {repo: "oci://ghcr.io/x/", chart: other, version: 1.2.3, namespace: agents}
"""
ARGO_CD = "platform: {gitops: {argocd: {repo: 'https://git.example.com/fleet.git'}}}"


def charts(rest: str = "") -> dict[str, dict[str, Any]]:
    return named(objects(f"{BOX}{CHARTS}{rest}", "platform/charts"))


def spec(name: str) -> dict[str, Any]:
    found: dict[str, Any] = charts()[f"HelmChart/{name}"]["spec"]
    return found


def test_a_chart_that_fails_is_not_uninstalled() -> None:
    """By default it is, and its data with it."""
    assert {body["spec"]["failurePolicy"] for body in charts().values()} == {"abort"}


def test_a_chart_has_its_values() -> None:
    assert yaml.safe_load(spec("hermes")["valuesContent"]) == {"a": 1}
    assert "valuesContent" not in spec("stock")


def test_a_repositorys_login_is_read_by_what_it_is() -> None:
    assert spec("hermes")["authSecret"] == {"name": "login"}
    assert spec("stock")["dockerRegistrySecret"] == {"name": "ghcr-login"}


def test_a_chart_of_a_registry_has_its_whole_address() -> None:
    assert (spec("hermes")["repo"], spec("hermes")["chart"]) == ("https://x.io", "hermes")
    assert spec("other")["chart"] == "oci://ghcr.io/x/other"
    assert {"repo", "authSecret"} & set(spec("other")) == set()


def test_no_chart_is_left_to_it_beside_argo_cd() -> None:
    assert sorted(charts()) == ["HelmChart/hermes", "HelmChart/other", "HelmChart/stock"]
    assert charts(ARGO_CD) == {}
