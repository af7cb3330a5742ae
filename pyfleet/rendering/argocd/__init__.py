"""What Argo CD pulls: its projects, and an Application for each folder and each chart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.planning.platform.gitops import chart_wave, folder_wave
from pyfleet.rendering.argocd.objects import application, git_source, project
from pyfleet.rendering.kubernetes import HEADER, ROOT, kustomization
from pyfleet.rendering.kubernetes.app import App, Object, without_empty
from pyfleet.rendering.yaml import dump

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.planning.types.gitops import GitOpsPlan
    from pyfleet.planning.types.platform import ChartPlan
    from pyfleet.planning.types.whole import Plan
    from pyfleet.planning.types.workloads import WorkloadPlan

FOLDER = "argocd"
OWN, CHARTS, MANIFESTS = "fleet", "fleet-charts", "fleet-manifests"
OCI = "oci://"


def render_argocd(plan: Plan, apps: list[App]) -> dict[str, str]:
    """Render `argocd/`, where the fleet asks for it, of the folders that there are."""
    if plan.gitops is None:
        return {}
    app = App(FOLDER, tuple(_objects(plan, plan.gitops, apps)), own_name=OWN)
    files = {app.file_of(each): HEADER + dump(each) for each in app.objects}
    return {f"{FOLDER}/{name}": text for name, text in files.items()} | {
        f"{FOLDER}/kustomization.yaml": kustomization(list(files))
    }


def _objects(plan: Plan, gitops: GitOpsPlan, apps: list[App]) -> Iterator[Object]:
    yield _own_project(gitops, apps)
    if gitops.charts:
        yield _charts_project(gitops)
    if plan.manifests:
        yield _manifests_project(gitops)
    workloads = {f"workloads/{workload.name}": workload for workload in plan.workloads}
    for app in apps:
        yield _folder_application(gitops, app, workloads.get(app.folder))
    for chart in gitops.charts:
        yield _chart_application(gitops, chart)
    if plan.manifests:
        yield application(
            gitops,
            "manifests",
            project=MANIFESTS,
            source=git_source(gitops, f"{ROOT}/manifests"),
            namespace="default",
            wave=folder_wave("manifests"),
        )


def _own_project(gitops: GitOpsPlan, apps: list[App]) -> Object:
    """Allow what is rendered, and no more: a mistake in a patch or a merge does not reach the rest of the cluster."""
    objects = [each for app in apps for each in app.objects]
    return project(
        gitops,
        OWN,
        "What pyfleet renders.",
        sources=[gitops.repo],
        namespaces=sorted({_namespace_of(app) for app in apps} | {n for each in objects if (n := _namespace(each))}),
        cluster_kinds=sorted({_kind(each) for each in objects if not _namespace(each)}),
    )


def _charts_project(gitops: GitOpsPlan) -> Object:
    return project(
        gitops,
        CHARTS,
        "Helm charts.",
        sources=sorted({_chart_source(chart)["repoURL"] for chart in gitops.charts}),
        namespaces=list(gitops.chart_namespaces),
        # Kinds, roles and webhooks of theirs are the cluster's; which, only the charts know.
        cluster_kinds=[("*", "*")],
    )


def _manifests_project(gitops: GitOpsPlan) -> Object:
    return project(
        gitops,
        MANIFESTS,
        "Raw manifests of the fleet, which may be anything.",
        sources=[gitops.repo],
        namespaces=["*"],
        cluster_kinds=[("*", "*")],
    )


def _folder_application(gitops: GitOpsPlan, app: App, workload: WorkloadPlan | None) -> Object:
    ignored = _left_alone(app, workload) if workload else []
    return application(
        gitops,
        app.folder.replace("/", "-"),
        project=OWN,
        source=git_source(gitops, f"{ROOT}/{app.folder}"),
        namespace=_namespace_of(app),
        wave=folder_wave(app.folder),
        ignored=ignored,
    )


def _left_alone(app: App, workload: WorkloadPlan) -> list[Object]:
    """Say what others decide: people how many copies of what is started by hand, Kueue when a job begins."""
    body = app.objects[0]
    if workload.replicas == 0:
        pointer = "/spec/replicas"
    elif workload.queue and body["kind"] == "Job":
        pointer = "/spec/suspend"
    else:
        return []
    return [{**without_empty(group=_kind(body)[0]), "kind": body["kind"], "jsonPointers": [pointer]}]


def _chart_application(gitops: GitOpsPlan, chart: ChartPlan) -> Object:
    helm = {"releaseName": chart.name, **without_empty(valuesObject=chart.values)}
    return application(
        gitops,
        f"charts-{chart.name}",
        project=CHARTS,
        source={**_chart_source(chart), "targetRevision": chart.version, "helm": helm},
        namespace=chart.namespace,
        wave=chart_wave(chart),
        # With an operator go its kinds, and with a kind every object of it: Secrets, certificates, databases.
        deletes=not chart.operator,
    )


def _chart_source(chart: ChartPlan) -> Object:
    """Say where a chart is; a registry is written without its scheme, which makes it a repository of charts."""
    if chart.chart.startswith(OCI):
        registry, _, name = chart.chart.removeprefix(OCI).rpartition("/")
        return {"repoURL": registry, "chart": name}
    return {"repoURL": (chart.repo or "").removeprefix(OCI), "chart": chart.chart}


def _namespace(body: Object) -> str | None:
    namespace: str | None = body["metadata"].get("namespace")
    return namespace


def _namespace_of(app: App) -> str:
    """Name the namespace of an Application: its objects all say theirs, but it must have one that is allowed."""
    return next((namespace for each in app.objects if (namespace := _namespace(each))), "default")


def _kind(body: Object) -> tuple[str, str]:
    return body["apiVersion"].rpartition("/")[0], body["kind"]
