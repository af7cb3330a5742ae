"""In what order objects are applied: what others refer to before what refers to it.

A pod is refused while its ServiceAccount, RuntimeClass or PriorityClass isn't there, an object while its namespace
isn't. kustomize sorts a tree by kind, and by itself puts RuntimeClasses after Deployments; k3s takes the files of its
folder by name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyfleet.rendering.kubernetes.app import Object

_STAGES = (
    ("Namespace", "CustomResourceDefinition"),
    (
        "ResourceQuota",
        "LimitRange",
        "StorageClass",
        "PriorityClass",
        "RuntimeClass",
        "HelmChart",
        "ServiceAccount",
        "Role",
        "ClusterRole",
        "ConfigMap",
        "Secret",
        "Service",
        "PersistentVolume",
        "PersistentVolumeClaim",
        "ResourceClaimTemplate",
    ),
    (
        "RoleBinding",
        "ClusterRoleBinding",
        "SecretStore",
        "ClusterSecretStore",
        "AppProject",
        "ResourceFlavor",
        "ClusterQueue",
        "LocalQueue",
    ),
    ("ExternalSecret",),
)
"""Kinds by their turn; all others come last. Within a turn none refers to one after it."""
_STAGE_OF = {kind: stage for stage, kinds in enumerate(_STAGES) for kind in kinds}
SORT_OPTIONS: Object = {
    "order": "legacy",
    "legacySortOptions": {
        "orderFirst": list(_STAGE_OF),
        "orderLast": ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"],
    },
}
"""The same order for kustomize."""


def stage_of(body: Object) -> int:
    """Return an object's turn."""
    return _STAGE_OF.get(body["kind"], len(_STAGES))
