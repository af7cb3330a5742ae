"""MetalLB's pools, and that it answers for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.rendering.kubernetes.app import App, Object, metadata, without_empty

if TYPE_CHECKING:
    from pyfleet.planning.types.network import MetalLbPlan, PoolPlan
    from pyfleet.planning.types.whole import Plan

API = "metallb.io/v1beta1"
NAME = "fleet"


def metallb(plan: Plan) -> App | None:
    """Render it, where the fleet asks for it."""
    made = plan.metallb
    if made is None:
        return None
    return App("platform/metallb", (*(_pool(made, pool) for pool in made.pools), _advertisement(made)))


def _pool(made: MetalLbPlan, pool: PoolPlan) -> Object:
    return {
        "apiVersion": API,
        "kind": "IPAddressPool",
        "metadata": metadata(pool.name, made.namespace),
        "spec": {"addresses": list(pool.ranges), **without_empty(autoAssign=None if pool.auto_assign else False)},
    }


def _advertisement(made: MetalLbPlan) -> Object:
    return {
        "apiVersion": API,
        "kind": "L2Advertisement",
        "metadata": metadata(NAME, made.namespace),
        "spec": {
            "ipAddressPools": [pool.name for pool in made.pools],
            **without_empty(interfaces=list(made.interfaces)),
        },
    }
