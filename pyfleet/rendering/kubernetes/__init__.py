"""Kubernetes manifests: one folder an app, one object a file, a kustomization in each folder and one over all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.rendering.kubernetes.app import App, Object
from pyfleet.rendering.kubernetes.platform.certificates import certificates
from pyfleet.rendering.kubernetes.platform.charts import charts
from pyfleet.rendering.kubernetes.platform.device_plugin import device_plugin
from pyfleet.rendering.kubernetes.platform.ingress import ingress
from pyfleet.rendering.kubernetes.platform.metallb import metallb
from pyfleet.rendering.kubernetes.platform.monitoring import monitoring
from pyfleet.rendering.kubernetes.platform.namespaces import namespaces
from pyfleet.rendering.kubernetes.platform.priorities import priorities
from pyfleet.rendering.kubernetes.platform.queueing import queueing
from pyfleet.rendering.kubernetes.platform.runtime_classes import runtime_classes
from pyfleet.rendering.kubernetes.platform.secrets import secrets
from pyfleet.rendering.kubernetes.platform.storage import storage
from pyfleet.rendering.kubernetes.platform.tunnel import tunnel
from pyfleet.rendering.kubernetes.services import service_apps
from pyfleet.rendering.kubernetes.workloads import workload_apps
from pyfleet.rendering.yaml import dump

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pyfleet.planning.types.whole import Plan

ROOT = "kubernetes"
HEADER = "# Rendered by pyfleet from the fleet file. Edit that and render again, never this file.\n"
PLATFORM: tuple[Callable[[Plan], App | None], ...] = (
    namespaces,
    runtime_classes,
    priorities,
    storage,
    device_plugin,
    charts,
    queueing,
    metallb,
    certificates,
    ingress,
    secrets,
    monitoring,
    tunnel,
)
"""Each makes one folder under platform/, or None where the fleet doesn't ask for it."""


def all_apps(plan: Plan) -> list[App]:
    """Make every folder of manifests but the raw ones, in the order they are applied."""
    apps = [app for part in PLATFORM if (app := part(plan)) is not None]
    return [*apps, *workload_apps(plan), *service_apps(plan)]


def render_kubernetes(plan: Plan, apps: list[App]) -> dict[str, str]:
    """Render all manifests of a plan: its folders, and the raw ones."""
    files: dict[str, str] = {}
    for app in apps:
        files.update(_app_files(app))
    resources = [app.folder for app in apps]
    if plan.manifests:
        resources.append("manifests")
        files.update(_manifest_files(plan))
    files[f"{ROOT}/kustomization.yaml"] = kustomization(resources)
    return files


def _app_files(app: App) -> Iterable[tuple[str, str]]:
    folder = f"{ROOT}/{app.folder}"
    names = [app.file_of(each) for each in app.objects]
    yield from ((f"{folder}/{name}", HEADER + dump(each)) for name, each in zip(names, app.objects, strict=True))
    patches: list[Object] = []
    for number, patch in enumerate(app.patches, start=1):
        name = f"patch-{number}.yaml"
        yield f"{folder}/{name}", HEADER + dump(patch)
        patches.append({"path": name})
    yield f"{folder}/kustomization.yaml", kustomization(names, patches)


def _manifest_files(plan: Plan) -> Iterable[tuple[str, str]]:
    for name, manifest in plan.manifests:
        yield f"{ROOT}/manifests/{name}", manifest if isinstance(manifest, str) else HEADER + dump(manifest)
    yield f"{ROOT}/manifests/kustomization.yaml", kustomization([name for name, _ in plan.manifests])


def kustomization(resources: list[str], patches: list[Object] | None = None) -> str:
    """Render a folder's list of what kustomize builds of it."""
    body: Object = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": resources,
    }
    if patches:
        body["patches"] = patches
    return HEADER + dump(body)
