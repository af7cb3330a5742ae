"""What Argo CD pulls, in what order, and what a cluster is started with."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from pyfleet.rendering import render
from tests.unit.fleets import named, objects_in, planned

REPO = "https://git.example.com/fleet.git"
VAULT = "externalSecrets: {vault: {server: 'https://vault.lan:8200', roleId: it}}"
FLEET = f"""
hosts:
  box: {{role: server, address: 10.0.0.1, gpus: [rtx-4090], cpus: 16, memory: 64Gi}}
  other: {{role: agent, address: 10.0.0.2}}
platform:
  gitops: {{argocd: {{repo: "{REPO}", path: hosts/rendered, credentials: git, chartNamespaces: [shared]}}}}
  secrets:
    {VAULT}
    manual: [vault-approle]
  queueing: {{kueue: {{}}}}
storage:
  models: {{nfs: {{server: 10.0.0.9, path: /models}}, size: 1Ti, access: ReadOnlyMany}}
charts:
  hermes: {{repo: "https://charts.example.com", chart: hermes, version: 1.2.3, namespace: agents, values: {{a: 1}}}}
services:
  lmstudio: {{address: 192.168.6.19, port: 1234}}
workloads:
  tool: {{namespace: ai, image: a/b:1, replicas: 0, volumes: {{/models: models}}}}
  job: {{namespace: ai, kind: Job, image: a/b:1, queue: default, gpu: {{}}}}
  plain: {{namespace: ai, kind: Job, image: a/b:1}}
  nightly: {{namespace: ai, kind: CronJob, schedule: "@daily", image: a/b:1, queue: default, gpu: {{}}}}
manifests:
- {{apiVersion: v1, kind: ConfigMap, metadata: {{name: x}}}}
"""
Body = dict[str, Any]


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    return render(planned(FLEET))


@pytest.fixture(scope="module")
def pulled(files: dict[str, str]) -> dict[str, Body]:
    """Objects of argocd/, by kind and name."""
    return named(objects_in(files, "argocd"))


@pytest.fixture(scope="module")
def started(files: dict[str, str]) -> dict[str, Body]:
    """Objects of bootstrap/, by kind and name."""
    return named(objects_in(files, "bootstrap"))


def applications(pulled: dict[str, Body]) -> list[Body]:
    return [body for body in pulled.values() if body["kind"] == "Application"]


def wave(body: Body) -> int:
    return int(body["metadata"]["annotations"]["argocd.argoproj.io/sync-wave"])


def small(argocd: str = "", rest: str = "", secrets: str = "manual: []") -> dict[str, str]:
    """A small fleet with Argo CD, rendered."""
    text = f"""
hosts: {{box: {{role: server, address: 10.0.0.1}}}}
platform: {{gitops: {{argocd: {{repo: "{REPO}"{argocd}}}}}, secrets: {{{secrets}}}}}
{rest}
"""
    return render(planned(text))


def test_without_gitops_there_is_neither_folder() -> None:
    rendered = render(planned("hosts: {box: {role: server, address: 10.0.0.1}}"))

    assert [path for path in rendered if path.startswith(("argocd/", "bootstrap/"))] == []


def test_every_folder_has_one_application(files: dict[str, str], pulled: dict[str, Body]) -> None:
    tree = yaml.safe_load(files["kubernetes/kustomization.yaml"])["resources"]
    paths = [body["spec"]["source"]["path"] for body in applications(pulled) if "path" in body["spec"]["source"]]

    assert sorted(paths) == sorted(f"hosts/rendered/kubernetes/{folder}" for folder in tree)


def test_every_chart_has_one_application_or_is_there_from_the_start_argo_cd_itself_included(
    pulled: dict[str, Body], started: dict[str, Body]
) -> None:
    sources = [(body["spec"]["source"], body) for body in applications(pulled)]
    charts = [body["spec"]["source"]["helm"]["releaseName"] for source, body in sources if "chart" in source]

    assert sorted(charts) == ["hermes", "kueue"]
    assert [name for name in started if name.startswith("HelmChart/")] == [
        "HelmChart/argocd",
        "HelmChart/external-secrets",
    ]


def test_namespaces_come_before_operators_before_their_objects_before_workloads(pulled: dict[str, Body]) -> None:
    order = [
        "AppProject/fleet",
        "Application/platform-namespaces",
        "Application/charts-kueue",
        "Application/platform-queueing",
        "Application/workloads-tool",
    ]

    assert [wave(pulled[name]) for name in order] == [-1, 0, 1, 2, 3]


def test_nothing_waits_for_what_brings_no_kinds(pulled: dict[str, Body]) -> None:
    names = ("workloads-tool", "services-lmstudio", "charts-hermes", "manifests")

    assert [wave(pulled[f"Application/{name}"]) for name in names] == [3, 3, 3, 3]


def test_the_list_names_every_file(files: dict[str, str]) -> None:
    listed = yaml.safe_load(files["argocd/kustomization.yaml"])["resources"]
    there = {path.removeprefix("argocd/") for path in files if path.startswith("argocd/")}

    assert sorted(listed) == sorted(there - {"kustomization.yaml"})


def test_a_chart_has_its_repository_and_a_registry_is_written_without_its_scheme(pulled: dict[str, Body]) -> None:
    sources = [pulled[f"Application/charts-{name}"]["spec"]["source"] for name in ("hermes", "kueue")]

    assert [(source["repoURL"], source["chart"]) for source in sources] == [
        ("https://charts.example.com", "hermes"),
        ("registry.k8s.io/kueue/charts", "kueue"),
    ]


def test_values_of_a_chart_are_data(pulled: dict[str, Body]) -> None:
    assert pulled["Application/charts-hermes"]["spec"]["source"]["helm"]["valuesObject"] == {"a": 1}


def test_charts_reach_their_namespaces_and_those_that_the_fleet_adds(pulled: dict[str, Body]) -> None:
    destinations = pulled["AppProject/fleet-charts"]["spec"]["destinations"]

    assert [each["namespace"] for each in destinations] == ["agents", "kube-system", "kueue-system", "shared"]


def test_where_there_is_no_chart_to_pull_there_is_no_project_for_any() -> None:
    assert [path for path in small() if path.startswith("argocd/appproject")] == ["argocd/appproject.yaml"]


def test_objects_of_argo_cd_are_in_the_namespace_of_its_chart() -> None:
    own = "{repo: 'https://x.example', chart: argo-cd, version: 1.2.3, namespace: cd}"
    rendered = small(rest=f"charts: {{argocd: {own}}}")
    made = named(objects_in(rendered, "argocd") + objects_in(rendered, "bootstrap"))

    assert {body["metadata"]["namespace"] for name, body in made.items() if name.startswith("App")} == {"cd"}
    assert "Namespace/cd" in made


def test_a_project_allows_every_application_of_its_own_and_no_other_source(pulled: dict[str, Body]) -> None:
    for body in applications(pulled):
        spec = pulled[f"AppProject/{body['spec']['project']}"]["spec"]
        allowed = {each["namespace"] for each in spec["destinations"]}

        assert body["spec"]["source"]["repoURL"] in spec["sourceRepos"]
        assert allowed & {body["spec"]["destination"]["namespace"], "*"}


def test_rendered_objects_are_allowed_and_nothing_beyond_them(files: dict[str, str], pulled: dict[str, Body]) -> None:
    spec = pulled["AppProject/fleet"]["spec"]
    rendered = [
        body for kind in ("platform", "workloads", "services") for body in objects_in(files, f"kubernetes/{kind}")
    ]
    spaces = {body["metadata"].get("namespace", "default") for body in rendered}
    kinds = {body["kind"] for body in rendered if "namespace" not in body["metadata"]}

    assert {each["namespace"] for each in spec["destinations"]} == spaces
    assert {each["kind"] for each in spec["clusterResourceWhitelist"]} == kinds


def test_what_was_removed_from_the_fleet_goes_but_kinds_and_data_stay(
    files: dict[str, str], pulled: dict[str, Body]
) -> None:
    keep = "Prune=false,Delete=false"
    kept = [
        body["kind"]
        for body in objects_in(files, "kubernetes/platform")
        if body["metadata"].get("annotations", {}).get("argocd.argoproj.io/sync-options") == keep
    ]

    finalizer = "resources-finalizer.argocd.argoproj.io"
    assert pulled["Application/workloads-tool"]["metadata"]["finalizers"] == [f"{finalizer}/foreground"]
    # Argo CD finds and removes no other of a project: with the path, the project could never be deleted.
    assert pulled["AppProject/fleet"]["metadata"]["finalizers"] == [finalizer]
    assert "finalizers" not in pulled["Application/charts-kueue"]["metadata"]
    assert sorted(set(kept)) == ["Namespace", "PersistentVolume", "PersistentVolumeClaim"]


def test_what_is_started_by_hand_is_not_stopped_again(files: dict[str, str], pulled: dict[str, Body]) -> None:
    spec = pulled["Application/workloads-tool"]["spec"]

    assert spec["ignoreDifferences"] == [{"group": "apps", "kind": "Deployment", "jsonPointers": ["/spec/replicas"]}]
    # A sync still writes the number, and there is one when a workload is switched off: the label is new then.
    assert "RespectIgnoreDifferences=true" not in spec["syncPolicy"]["syncOptions"]
    labels = yaml.safe_load(files["kubernetes/workloads/tool/deployment.yaml"])["metadata"]["labels"]
    assert labels["lab.example/started"] == "by-hand"


def test_no_other_difference_has_to_be_ignored(pulled: dict[str, Body]) -> None:
    assert [body["metadata"]["name"] for body in applications(pulled) if "ignoreDifferences" in body["spec"]] == [
        "workloads-tool"
    ]


def test_the_root_has_all_others_and_outlives_none_of_them(started: dict[str, Body]) -> None:
    root = started["Application/fleet"]
    project = started["AppProject/fleet-root"]["spec"]

    assert root["spec"]["source"] == {"repoURL": REPO, "targetRevision": "main", "path": "hosts/rendered/argocd"}
    assert "finalizers" not in root["metadata"]
    assert "ApplyOutOfSyncOnly=true" in root["spec"]["syncPolicy"]["syncOptions"]
    assert [each["kind"] for each in project["namespaceResourceWhitelist"]] == ["Application", "AppProject"]
    assert "clusterResourceWhitelist" not in project


def test_the_start_has_what_fetches_the_key_of_the_repository_and_no_secret(started: dict[str, Body]) -> None:
    assert sorted(started) == [
        "AppProject/fleet-root",
        "Application/fleet",
        "ClusterSecretStore/fleet",
        "ExternalSecret/git",
        "HelmChart/argocd",
        "HelmChart/external-secrets",
        "Namespace/argocd",
        "Namespace/external-secrets",
    ]
    assert started["ExternalSecret/git"]["metadata"]["namespace"] == "argocd"


@pytest.mark.parametrize(
    ("credentials", "secrets"),
    [
        ("", f"{VAULT}, manual: [vault-approle]"),
        (", credentials: git", f"{VAULT}, manual: [vault-approle, git]"),
        (", credentials: git", "manual: [git]"),
    ],
)
def test_a_key_from_elsewhere_needs_nothing_at_the_start(credentials: str, secrets: str) -> None:
    assert sorted(named(objects_in(small(credentials, secrets=secrets), "bootstrap"))) == [
        "AppProject/fleet-root",
        "Application/fleet",
        "HelmChart/argocd",
        "Namespace/argocd",
    ]


def test_what_the_start_and_the_tree_both_have_is_the_same(files: dict[str, str], started: dict[str, Body]) -> None:
    tree = named(objects_in(files, "kubernetes"))

    assert [name for name in started if name in tree and started[name] != tree[name]] == []
    assert "ExternalSecret/git" in tree


def test_the_first_server_gets_every_file_of_the_start_and_no_other_host_any(files: dict[str, str]) -> None:
    start = [path for path in files if path.startswith("bootstrap/")]

    assert all(f"../{path};" in files["nix/box.nix"] for path in start)
    assert "bootstrap" not in files["nix/other.nix"]


def test_at_the_start_nothing_comes_before_what_it_refers_to(files: dict[str, str]) -> None:
    """k3s applies the files by name."""
    start = sorted(path for path in files if path.startswith("bootstrap/"))

    assert [yaml.safe_load(files[path])["kind"] for path in start] == [
        *["Namespace"] * 2,
        *["HelmChart"] * 2,
        "AppProject",
        "ClusterSecretStore",
        "ExternalSecret",
        "Application",
    ]


def test_names_of_the_start_are_names_of_add_ons() -> None:
    start = render(planned(FLEET.replace("credentials: git", "credentials: git.token")))

    assert "bootstrap/fleet-3-externalsecret-git-token.yaml" in start
