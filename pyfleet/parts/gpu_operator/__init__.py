"""NVIDIA's GPU operator, in place of the plain device plugin and exporter."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyfleet.nvidia import DCGM_OPERATOR_CONFIG, DEVICE_ID_STRATEGY, GPU_TOLERATION, PLUGIN_CONFIG_MAP
from pyfleet.offers.charts import NeededChart
from pyfleet.offers.offers import Offers
from pyfleet.offers.part import Part
from pyfleet.parts.gpu_operator.model import OPERATOR
from pyfleet.resolved.gpus import hosts_of_operator, plugin_runtimes
from pyfleet.resolved.labels import replicas_of
from pyfleet.resolved.taints import everywhere

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.resolved import Resolved

CHART = "gpu-operator"
_CONTROL_PLANE = {"key": "node-role.kubernetes.io/control-plane", "operator": "Exists", "effect": "NoSchedule"}


def _offers(resolved: Resolved) -> Offers:
    return Offers(gpu_operator=resolved.chart_of(CHART).namespace) if OPERATOR.of(resolved.fleet) else Offers()


def _charts(resolved: Resolved) -> Iterator[NeededChart]:
    """Return the chart where the fleet has cards for it."""
    operator, runtimes = OPERATOR.of(resolved.fleet), plugin_runtimes(resolved)
    if operator and runtimes:
        yield NeededChart(CHART, _values(resolved, runtimes[0]), operator)


def _values(resolved: Resolved, runtime: str) -> dict[str, Any]:
    """Make the chart's values. All of its pods run under one RuntimeClass; a check refuses hosts that need another."""
    return {
        # The hosts have their driver and toolkit: one fleet's operator tried to build a driver on a DGX Spark. On NixOS
        # it can't: there is no package manager, and /usr is empty.
        "driver": {"enabled": False},
        "toolkit": {"enabled": False},
        # With CDI the plugin would write a second list of devices, with hooks below /usr, which NixOS lacks. Without it
        # pods get their cards by their RuntimeClass, as they do without the operator.
        "cdi": {"enabled": False},
        # RuntimeClass of the operator's own pods. On NixOS it is `nvidia-cdi`, since `nvidia` finds no libraries.
        "operator": {"runtimeClass": runtime},
        "devicePlugin": {
            # The same ConfigMap that the plain plugin would have, in the operator's namespace.
            "config": {"name": PLUGIN_CONFIG_MAP, "default": "default"},
            "env": [{"name": "DEVICE_ID_STRATEGY", "value": DEVICE_ID_STRATEGY[runtime]}],
        },
        **_tolerations(resolved),
        **_exporter_values(resolved),
    }


def _tolerations(resolved: Resolved) -> dict[str, Any]:
    """Let the operator's DaemonSets, and those that find the hosts with cards, run whatever the taints there.

    A list in values takes the place of the chart's own, which is written out before the fleet's.
    """
    found = everywhere(resolved, GPU_TOLERATION)
    if not found:
        return {}
    workers = everywhere(resolved, _CONTROL_PLANE, GPU_TOLERATION) or [_CONTROL_PLANE, GPU_TOLERATION]
    return {"daemonsets": {"tolerations": found}, "node-feature-discovery": {"worker": {"tolerations": workers}}}


def _exporter_values(resolved: Resolved) -> dict[str, Any]:
    """Make the values of the operator's exporter of GPU metrics, where something scrapes them."""
    hosts = hosts_of_operator(resolved)
    if not resolved.offers.metrics or not hosts:
        return {}
    values: dict[str, Any] = {
        "config": {"name": DCGM_OPERATOR_CONFIG},
        # Our own scrape adds the name of the host, and VictoriaMetrics has no ServiceMonitor.
        "serviceMonitor": {"enabled": False},
    }
    if any(replicas_of(resolved.fleet.hosts[host]) > 1 for host in hosts):
        values["env"] = [{"name": "KUBERNETES_VIRTUAL_GPUS", "value": "true"}]
    return {"dcgmExporter": values}


part = Part(
    name="gpu_operator",
    catalog=Path(__file__).with_name("charts.yaml"),
    settings=(OPERATOR,),
    offers=_offers,
    charts=_charts,
)
