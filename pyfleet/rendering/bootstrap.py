"""What the first server applies by itself, so that an empty machine ends in a cluster that pulls the rest.

And what has to be there before other hosts can join: kube-vip, where it holds the address that they join by.

k3s applies each file of its folder when it starts and when the file changes, and again every 15 seconds until it works:
until the kinds of Argo CD and External Secrets are there. Of a file that changes it deletes what is no longer in it,
of one that goes nothing: so each has one object. None has a secret value; they pass through the Nix store.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.rendering.argocd import FOLDER
from pyfleet.rendering.argocd.objects import API, application, git_source, project
from pyfleet.rendering.kubernetes import HEADER
from pyfleet.rendering.kubernetes.kube_vip import kube_vip_objects
from pyfleet.rendering.kubernetes.platform.charts import helm_chart
from pyfleet.rendering.kubernetes.platform.namespaces import namespace
from pyfleet.rendering.kubernetes.platform.secrets import external_secret, secret_store
from pyfleet.rendering.yaml import dump

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.planning.types.gitops import GitOpsPlan
    from pyfleet.planning.types.whole import Plan
    from pyfleet.rendering.kubernetes.app import Object

BOOTSTRAP = "bootstrap"
ROOT_APPLICATION = "fleet"
ROOT_PROJECT = "fleet-root"
_GROUP = API.partition("/")[0]


def render_bootstrap(plan: Plan) -> dict[str, str]:
    """Render `bootstrap/`, where the fleet asks for it."""
    return {f"{BOOTSTRAP}/{name}.yaml": HEADER + dump(body) for name, body in bootstrap_objects(plan).items()}


def bootstrap_objects(plan: Plan) -> dict[str, Object]:
    """Make what the cluster is started with, by the name that k3s knows it by: the hosts' address, what pulls."""
    pulling = _objects(plan, plan.gitops) if plan.gitops else ()
    return {_add_on(each): each for each in (*kube_vip_objects(plan), *pulling)}


def _add_on(body: Object) -> str:
    """Name it: k3s takes what stands before the first dot, and has names of its own such as `traefik`."""
    return f"fleet-{body['kind'].lower()}-{body['metadata']['name']}".replace(".", "-")


def _objects(plan: Plan, gitops: GitOpsPlan) -> Iterator[Object]:
    for name in gitops.started_namespaces:
        yield namespace(plan, name)
    for chart in gitops.started_charts:
        yield helm_chart(chart)
    store = secret_store(plan)
    if gitops.started_secret and plan.secrets and store:
        # Both are among what is pulled too. But nothing is pulled before they have made the key to it.
        yield store
        yield external_secret(plan.secrets, gitops.started_secret)
    yield project(
        gitops,
        ROOT_PROJECT,
        "The Application of all others.",
        sources=[gitops.repo],
        namespaces=[gitops.namespace],
        cluster_kinds=[],
        kinds=[(_GROUP, "Application"), (_GROUP, "AppProject")],
        wave=None,
    )
    yield application(
        gitops,
        ROOT_APPLICATION,
        project=ROOT_PROJECT,
        source=git_source(gitops, FOLDER),
        namespace=gitops.namespace,
        wave=None,
        # Whoever deletes it by mistake must not delete everything: all that it made goes on without it.
        deletes=False,
        # One that is broken must not hold up the next that comes: only those that changed are in a sync.
        options=("ApplyOutOfSyncOnly=true",),
    )
