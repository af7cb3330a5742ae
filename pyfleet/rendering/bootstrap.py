"""What the first server applies by itself: what has to be there before other hosts join, or anything is pulled.

k3s applies each file of its folder when it starts and when the file changes, and again every 15 seconds until it works:
until the kinds of what is in it are there. Of a file that changes it deletes what is no longer in it, of one that goes
nothing: so each has one object. None has a secret value; they pass through the Nix store.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.rendering.kubernetes.app import HEADER, Object
from pyfleet.rendering.kubernetes.marks import marker
from pyfleet.rendering.yaml import dump

if TYPE_CHECKING:
    from pyfleet.planning.types.whole import Plan

BOOTSTRAP = "bootstrap"


def bootstrap_objects(plan: Plan) -> dict[str, Object]:
    """Make what the cluster is started with, by the name that k3s knows it by."""
    marked = marker(plan)
    return {_add_on(each): marked(each) for part in plan.resolved.parts for each in part.bootstrap(plan)}


def render_bootstrap(objects: dict[str, Object]) -> dict[str, str]:
    """Render `bootstrap/`, where there is anything to start with."""
    return {f"{BOOTSTRAP}/{name}.yaml": HEADER + dump(body) for name, body in objects.items()}


def _add_on(body: Object) -> str:
    """Name it: k3s takes what stands before the first dot, and has names of its own such as `traefik`."""
    return f"fleet-{body['kind'].lower()}-{body['metadata']['name']}".replace(".", "-")
