"""Decide the charts that give GPUs to pods: NVIDIA's GPU operator, the DRA driver."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyfleet.planning.device_plugin import CONFIG_MAP, DEVICE_ID_STRATEGY, OPERATOR, plugin_runtimes
from pyfleet.planning.dra import dra_driver_values, dra_hosts
from pyfleet.planning.platform.dcgm import OPERATOR_CONFIG, operator_hosts
from pyfleet.planning.types.platform import NeededChart
from pyfleet.resolved.labels import replicas_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.resolved import Resolved


def gpu_charts(resolved: Resolved) -> Iterator[NeededChart]:
    """Name the operator's chart and the DRA driver's, where the fleet has cards for them."""
    operator = resolved.fleet.platform.gpu.operator
    if operator and plugin_runtimes(resolved):
        yield NeededChart(OPERATOR, gpu_operator_values(resolved), operator.version, operator.values)
    if dra_hosts(resolved):
        yield NeededChart("dra-driver-nvidia-gpu", dra_driver_values(resolved))


def gpu_operator_values(resolved: Resolved) -> dict[str, Any]:
    """Decide the chart's values."""
    # All of its pods run under one RuntimeClass; a check refuses hosts that need another.
    runtime = plugin_runtimes(resolved)[0]
    return {
        # The hosts have their driver and toolkit: one fleet's operator tried to build a driver on a DGX Spark. On NixOS
        # it could not: there is no package manager, and /usr is empty.
        "driver": {"enabled": False},
        "toolkit": {"enabled": False},
        # With CDI it would have the plugin write a second list of devices, with hooks by a path below /usr that NixOS
        # lacks; and pods get their cards by their RuntimeClass as they do without the operator.
        "cdi": {"enabled": False},
        # The class of the operator's own pods. On NixOS `nvidia` finds no libraries, so it is `nvidia-cdi`.
        "operator": {"runtimeClass": runtime},
        "devicePlugin": {
            # The same ConfigMap that the plain plugin would have, in the operator's namespace.
            "config": {"name": CONFIG_MAP, "default": "default"},
            "env": [{"name": "DEVICE_ID_STRATEGY", "value": DEVICE_ID_STRATEGY[runtime]}],
        },
        **_exporter_values(resolved),
    }


def _exporter_values(resolved: Resolved) -> dict[str, Any]:
    """Decide what the operator's exporter of GPU figures is told, where somebody reads them."""
    hosts = operator_hosts(resolved)
    if resolved.fleet.platform.monitoring is None or not hosts:
        return {}
    values: dict[str, Any] = {
        "config": {"name": OPERATOR_CONFIG},
        # Ours is scraped with the name of its host, and there is none of this kind beside VictoriaMetrics.
        "serviceMonitor": {"enabled": False},
    }
    if any(replicas_of(resolved.fleet.hosts[host]) > 1 for host in hosts):
        values["env"] = [{"name": "KUBERNETES_VIRTUAL_GPUS", "value": "true"}]
    return {"dcgmExporter": values}
