"""What the first server applies by itself: objects that other hosts need to join, or that pulling needs.

k3s applies each file of its folder when it starts and when the file changes, in the order of their names, and tries
again every 15 seconds until it works, which may be until a CRD is there. From a changed file it deletes objects that
are no longer in it; for a removed file it deletes nothing. So each file has one object. None has a secret value: they
are in the Nix store.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.rendering.kubernetes.app import HEADER, Object
from pyfleet.rendering.kubernetes.marks import marker
from pyfleet.rendering.yaml import dump

if TYPE_CHECKING:
    from pyfleet.planning.types.whole import Plan

BOOTSTRAP = "bootstrap"
_STAGES = (
    ("Namespace",),
    ("HelmChart", "ConfigMap", "ServiceAccount", "Role", "ClusterRole", "RuntimeClass"),
    ("RoleBinding", "ClusterRoleBinding", "AppProject", "SecretStore", "ClusterSecretStore"),
    ("ExternalSecret",),
)
"""Kinds by their turn, those that others refer to first; all other kinds, such as those that have pods, come last."""
_STAGE_OF = {kind: stage for stage, kinds in enumerate(_STAGES) for kind in kinds}


def bootstrap_objects(plan: Plan) -> dict[str, Object]:
    """Make the objects that the cluster starts with, by the name that k3s has for them."""
    marked = marker(plan)
    return {_add_on(each): marked(each) for part in plan.resolved.parts for each in part.bootstrap(plan)}


def render_bootstrap(objects: dict[str, Object]) -> dict[str, str]:
    """Render `bootstrap/`, where there is anything to start with."""
    return {f"{BOOTSTRAP}/{name}.yaml": HEADER + dump(body) for name, body in objects.items()}


def _add_on(body: Object) -> str:
    """Name it: k3s takes the part before the first dot, and has names of its own such as `traefik`."""
    turn = _STAGE_OF.get(body["kind"], len(_STAGES))
    return f"fleet-{turn}-{body['kind'].lower()}-{body['metadata']['name']}".replace(".", "-")
