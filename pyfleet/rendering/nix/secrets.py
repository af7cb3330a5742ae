"""Secrets that the first server makes from its files, as values of `fleet.secrets`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyfleet.planning.types.hosts import NodePlan
    from pyfleet.planning.types.secrets import HostSecretPlan
    from pyfleet.planning.types.whole import Plan


def secret_options(plan: Plan, node: NodePlan) -> dict[str, Any]:
    """Render them by namespace and name; none for a host that isn't the first server."""
    options: dict[str, Any] = {}
    if plan.secrets and node.first_server:
        for secret in plan.secrets.from_files:
            options.setdefault(secret.namespace, {})[secret.name] = _options(secret)
    return options


def _options(secret: HostSecretPlan) -> dict[str, Any]:
    beside = {
        "type": secret.type if secret.type != "Opaque" else None,
        "labels": secret.labels,
        "literals": secret.literals,
    }
    return {"files": secret.files, **{name: value for name, value in beside.items() if value}}
