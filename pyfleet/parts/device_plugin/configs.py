"""The device plugin's configurations, one for each way of sharing cards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyfleet.nvidia import GPU_RESOURCE, MPS_ROOT
from pyfleet.resolved.gpus import plugin_hosts
from pyfleet.resolved.labels import device_plugin_config_of, replicas_of

if TYPE_CHECKING:
    from pyfleet.model.hosts import Sharing
    from pyfleet.resolved import Resolved


def plugin_configs(resolved: Resolved) -> dict[str, dict[str, Any]]:
    """Make the configurations, by the name that a node's label selects."""
    configs: dict[str, dict[str, Any]] = {"default": {"version": "v1"}}
    for host in plugin_hosts(resolved).values():
        if host.sharing:
            configs[device_plugin_config_of(host)] = _shared(host.sharing, replicas_of(host))
    return dict(sorted(configs.items()))


def _shared(sharing: Sharing, replicas: int) -> dict[str, Any]:
    # A pod that asks for two shares may get two of one card, so it gets none.
    body = {"failRequestsGreaterThanOne": True, "resources": [{"name": GPU_RESOURCE, "replicas": replicas}]}
    if sharing.mps:
        return {"version": "v1", "flags": {"mpsRoot": MPS_ROOT}, "sharing": {"mps": body}}
    return {"version": "v1", "sharing": {"timeSlicing": body}}
