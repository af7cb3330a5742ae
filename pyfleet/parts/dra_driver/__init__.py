"""NVIDIA's driver for Dynamic Resource Allocation, on hosts with `allocation: dra`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyfleet.checks.registry import checks_of
from pyfleet.nvidia import GPU_TOLERATION, NIXOS_CDI_HOOK
from pyfleet.offers.charts import NeededChart
from pyfleet.offers.part import Part
from pyfleet.parts.dra_driver import checks
from pyfleet.resolved.gpus import dra_hosts
from pyfleet.resolved.labels import GPU_ALLOCATION
from pyfleet.resolved.taints import tolerations_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.resolved import Resolved

CHART = "dra-driver-nvidia-gpu"


def _charts(resolved: Resolved) -> Iterator[NeededChart]:
    if dra_hosts(resolved):
        yield NeededChart(CHART, _values(resolved))


def _values(resolved: Resolved) -> dict[str, Any]:
    hosts = [resolved.fleet.hosts[name] for name in dra_hosts(resolved)]
    label = f"{resolved.fleet.cluster.domain}/{GPU_ALLOCATION}"
    values: dict[str, Any] = {
        # The chart gives out GPUs only with this promise that no device plugin does so on the same host.
        "gpuResourcesEnabledOverride": True,
        "nvidiaDriverRoot": "/",
        # Compute domains are NVLink over several hosts (GB200 and the like).
        "resources": {"computeDomains": {"enabled": False}},
        "kubeletPlugin": {"nodeSelector": {label: "dra"}},
    }
    if tolerations := tolerations_for(hosts):  # a list takes the place of the chart's own
        values["kubeletPlugin"]["tolerations"] = [GPU_TOLERATION, *tolerations]
    if all(host.os == "nixos" for host in hosts):
        values["nvidiaCDIHookPath"] = NIXOS_CDI_HOOK
    return values


part = Part(
    name="dra_driver", catalog=Path(__file__).with_name("charts.yaml"), checks=checks_of(checks), charts=_charts
)
