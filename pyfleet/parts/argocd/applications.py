"""What Argo CD pulls: its projects, and an Application for each folder and each chart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.parts.argocd.objects import application, git_source, project
from pyfleet.parts.argocd.pulled import pulled_of
from pyfleet.parts.argocd.waves import chart_wave, folder_wave
from pyfleet.rendering.kubernetes.app import HEADER, MANIFESTS, ROOT, App, Object, kustomization, without_empty
from pyfleet.rendering.yaml import dump
from pyfleet.resolved.charts import OCI

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.model.charts import Chart
    from pyfleet.parts.argocd.pulled import Pulled
    from pyfleet.planning.types.whole import Plan
    from pyfleet.resolved.charts import InstalledChart

FOLDER = "argocd"
OWN, CHARTS, RAW = "fleet", "fleet-charts", "fleet-manifests"


def argocd_files(plan: Plan, apps: list[App]) -> dict[str, str]:
    """Render `argocd/` for these folders, where the fleet has GitOps."""
    pulled = pulled_of(plan)
    if pulled is None:
        return {}
    app = App(FOLDER, tuple(_objects(plan, pulled, apps)), own_name=OWN)
    files = {app.file_of(each): HEADER + dump(each) for each in app.objects}
    return {f"{FOLDER}/{name}": text for name, text in files.items()} | {
        f"{FOLDER}/kustomization.yaml": kustomization(list(files))
    }


def _objects(plan: Plan, pulled: Pulled, apps: list[App]) -> Iterator[Object]:
    yield _own_project(pulled, apps)
    if pulled.charts:
        yield _charts_project(pulled)
    if plan.manifests:
        yield _manifests_project(pulled)
    ignored = _left_alone(plan)
    for app in apps:
        yield _folder_application(pulled, app, ignored.get(app.folder))
    for chart in pulled.charts:
        yield _chart_application(pulled, chart)
    if plan.manifests:
        yield application(
            pulled,
            MANIFESTS,
            project=RAW,
            source=git_source(pulled, f"{ROOT}/{MANIFESTS}"),
            namespace="default",
            wave=folder_wave(MANIFESTS),
        )


def _own_project(pulled: Pulled, apps: list[App]) -> Object:
    """Allow only what is rendered, so that a mistake in a patch or a merge doesn't reach the rest of the cluster."""
    objects = [each for app in apps for each in app.objects]
    return project(
        pulled,
        OWN,
        "What pyfleet renders.",
        sources=[pulled.spec.repo],
        namespaces=sorted({_namespace_of(app) for app in apps} | {n for each in objects if (n := _namespace(each))}),
        cluster_kinds=sorted({_kind(each) for each in objects if not _namespace(each)}),
    )


def _charts_project(pulled: Pulled) -> Object:
    return project(
        pulled,
        CHARTS,
        "Helm charts.",
        sources=sorted({_chart_source(chart.spec)["repoURL"] for chart in pulled.charts}),
        namespaces=pulled.chart_namespaces,
        # Their CRDs, roles and webhooks are cluster-scoped; only the charts know which ones they have.
        cluster_kinds=[("*", "*")],
    )


def _manifests_project(pulled: Pulled) -> Object:
    return project(
        pulled,
        RAW,
        "Raw manifests of the fleet, which may be anything.",
        sources=[pulled.spec.repo],
        namespaces=["*"],
        cluster_kinds=[("*", "*")],
    )


def _folder_application(pulled: Pulled, app: App, pointer: str | None) -> Object:
    body = app.objects[0]
    ignored = [{**without_empty(group=_kind(body)[0]), "kind": body["kind"], "jsonPointers": [pointer]}]
    return application(
        pulled,
        app.folder.replace("/", "-"),
        project=OWN,
        source=git_source(pulled, f"{ROOT}/{app.folder}"),
        namespace=_namespace_of(app),
        wave=folder_wave(app.folder),
        ignored=ignored if pointer else [],
    )


def _left_alone(plan: Plan) -> dict[str, str]:
    """List the fields that others decide: people the replicas of what is started by hand."""
    return {workload.folder: "/spec/replicas" for workload in plan.workloads if workload.replicas == 0}


def _chart_application(pulled: Pulled, chart: InstalledChart) -> Object:
    helm = {"releaseName": chart.name, **without_empty(valuesObject=chart.values)}
    return application(
        pulled,
        f"charts-{chart.name}",
        project=CHARTS,
        source={**_chart_source(chart.spec), "targetRevision": chart.version, "helm": helm},
        namespace=chart.spec.namespace,
        wave=chart_wave(chart),
        # Deleting an operator deletes its CRDs, and with them all their objects: Secrets, certificates, databases.
        deletes=not chart.spec.operator,
    )


def _chart_source(chart: Chart) -> Object:
    """Render where a chart is. A registry is written without its scheme: that makes it a repository of charts."""
    if chart.chart.startswith(OCI):
        registry, _, name = chart.chart.removeprefix(OCI).rpartition("/")
        return {"repoURL": registry, "chart": name}
    return {"repoURL": (chart.repo or "").removeprefix(OCI), "chart": chart.chart}


def _namespace(body: Object) -> str | None:
    namespace: str | None = body["metadata"].get("namespace")
    return namespace


def _namespace_of(app: App) -> str:
    """Name the namespace of an Application: all its objects name theirs, but it must have one that is allowed."""
    return next((namespace for each in app.objects if (namespace := _namespace(each))), "default")


def _kind(body: Object) -> tuple[str, str]:
    return body["apiVersion"].rpartition("/")[0], body["kind"]
