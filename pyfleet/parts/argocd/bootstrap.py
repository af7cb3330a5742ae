"""What the first server applies by itself, so that an empty machine becomes a cluster that pulls the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.parts.argocd.applications import FOLDER
from pyfleet.parts.argocd.objects import API, application, git_source, project
from pyfleet.parts.argocd.pulled import pulled_of
from pyfleet.rendering.kubernetes.app import namespace
from pyfleet.rendering.kubernetes.charts import helm_chart

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.planning.types.whole import Plan
    from pyfleet.rendering.kubernetes.app import Object

ROOT_APPLICATION = "fleet"
ROOT_PROJECT = "fleet-root"
_GROUP = API.partition("/")[0]


def bootstrap(plan: Plan) -> Iterator[Object]:
    """Render Argo CD, its credentials for the repository, and the root Application."""
    pulled = pulled_of(plan)
    if pulled is None:
        return
    for name in pulled.started_namespaces:
        yield namespace(name)
    for chart in pulled.started:
        yield helm_chart(chart)
    if pulled.key:
        # These are pulled, too. But nothing can be pulled before they have made the credentials for it.
        yield from pulled.key.objects
    yield project(
        pulled,
        ROOT_PROJECT,
        "The root Application.",
        sources=[pulled.spec.repo],
        namespaces=[pulled.namespace],
        cluster_kinds=[],
        kinds=[(_GROUP, "Application"), (_GROUP, "AppProject")],
        wave=None,
    )
    yield application(
        pulled,
        ROOT_APPLICATION,
        project=ROOT_PROJECT,
        source=git_source(pulled, FOLDER),
        namespace=pulled.namespace,
        wave=None,
        # Deleting it by mistake must not delete everything: all that it made keeps running.
        deletes=False,
        # A broken Application must not hold up the next change: a sync covers only those that changed.
        options=("ApplyOutOfSyncOnly=true",),
    )
