"""Kubernetes manifests: a folder for each app, a file for each object, a kustomization for each folder and for all."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pyfleet.rendering.kubernetes.app import HEADER, MANIFESTS, ROOT, App, Object, kustomization
from pyfleet.rendering.kubernetes.identity import identity
from pyfleet.rendering.kubernetes.marks import marker
from pyfleet.rendering.kubernetes.namespaces import namespaces
from pyfleet.rendering.kubernetes.priorities import priorities
from pyfleet.rendering.kubernetes.runtime_classes import runtime_classes
from pyfleet.rendering.kubernetes.services import service_apps
from pyfleet.rendering.kubernetes.storage import storage
from pyfleet.rendering.kubernetes.workloads import workload_apps
from pyfleet.rendering.yaml import dump

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pyfleet.planning.types.whole import Plan

CORE: tuple[Callable[[Plan], App | None], ...] = (identity, namespaces, runtime_classes, priorities, storage)
"""Each makes one folder under platform/, or None where the fleet has nothing for it."""


def all_apps(plan: Plan) -> list[App]:
    """Make every folder of manifests but the raw ones, in the order they are applied."""
    marked = marker(plan)
    apps = [app for core in CORE if (app := core(plan)) is not None]
    apps += _of_parts(plan)
    apps += _with_entry_objects(plan, [*workload_apps(plan), *service_apps(plan)])
    return [replace(app, objects=tuple(map(marked, app.objects))) for app in apps]


def _of_parts(plan: Plan) -> Iterable[App]:
    """Make the folders of parts, with the objects of all parts that share a folder."""
    folders: dict[str, App] = {}
    for app in (app for part in plan.resolved.parts for app in part.apps(plan)):
        before = folders.get(app.folder)
        folders[app.folder] = replace(before, objects=before.objects + app.objects) if before else app
    return folders.values()


def _with_entry_objects(plan: Plan, apps: list[App]) -> Iterator[App]:
    """Add the objects of parts to the folders of workloads and services."""
    offered = [part.entry_objects(plan) for part in plan.resolved.parts]
    for app in apps:
        more = [each for found in offered for each in found.get(app.folder, ())]
        yield replace(app, objects=app.objects + tuple(more)) if more else app


def render_kubernetes(plan: Plan, apps: list[App]) -> dict[str, str]:
    """Render all manifests of a plan: its folders, and the raw ones."""
    files: dict[str, str] = {}
    for app in apps:
        files.update(_app_files(app))
    resources = [app.folder for app in apps]
    if plan.manifests:
        resources.append(MANIFESTS)
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
        yield f"{folder}/{name}", HEADER + dump(_completed(patch, app.objects))
        patches.append({"path": name})
    yield f"{folder}/kustomization.yaml", kustomization(names, patches)


def _completed(patch: Object, objects: tuple[Object, ...]) -> Object:
    """Complete a patch with the identity of the object it is for."""
    target = next(each for each in objects if each["kind"] == patch["kind"])
    identity = {"name": target["metadata"]["name"], "namespace": target["metadata"]["namespace"]}
    return {"apiVersion": target["apiVersion"], **patch, "metadata": {**(patch.get("metadata") or {}), **identity}}


def _manifest_files(plan: Plan) -> Iterable[tuple[str, str]]:
    for name, manifest in plan.manifests:
        yield f"{ROOT}/{MANIFESTS}/{name}", manifest if isinstance(manifest, str) else HEADER + dump(manifest)
    yield f"{ROOT}/{MANIFESTS}/kustomization.yaml", kustomization([name for name, _ in plan.manifests])
