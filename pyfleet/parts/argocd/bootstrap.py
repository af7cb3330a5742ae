"""What the first server applies by itself, so that an empty machine ends in a cluster that pulls the rest."""

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
    """Render Argo CD, what opens the repository to it, and the one Application of all others."""
    pulled = pulled_of(plan)
    if pulled is None:
        return
    for name in pulled.started_namespaces:
        yield namespace(name)
    for chart in pulled.started:
        yield helm_chart(chart)
    if pulled.key:
        # These are among what is pulled too. But nothing is pulled before they have made the key to it.
        yield from pulled.key.objects
    yield project(
        pulled,
        ROOT_PROJECT,
        "The Application of all others.",
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
        # Whoever deletes it by mistake must not delete everything: all that it made goes on without it.
        deletes=False,
        # One that is broken must not hold up the next that comes: only those that changed are in a sync.
        options=("ApplyOutOfSyncOnly=true",),
    )
