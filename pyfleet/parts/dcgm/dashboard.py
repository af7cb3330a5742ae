"""The dashboard of GPUs, from the fields that the fleet's exporters ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.offers.dashboards import Dashboard, Panel
from pyfleet.parts.dcgm.decisions import fleet_fields
from pyfleet.promql import one_of
from pyfleet.resolved.gpus import hosts_with_exporter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.planning.types.whole import Plan
    from pyfleet.resolved import Resolved

CARD = "{{node}} GPU {{gpu}} {{modelName}}"
# A card that several pods share is reported once for each of them; `max` takes one.
_CARDS = "max by (node, gpu, modelName)"
# Title, unit, field, and what follows it in PromQL: DCGM counts in MiB, MHz and percent.
_PANELS = (
    ("GPU in use", "percent", "DCGM_FI_DEV_GPU_UTIL", ""),
    ("Memory in use", "bytes", "DCGM_FI_DEV_FB_USED", " * 1048576"),
    ("Memory free", "bytes", "DCGM_FI_DEV_FB_FREE", " * 1048576"),
    ("Temperature", "celsius", "DCGM_FI_DEV_GPU_TEMP", ""),
    ("Power", "watt", "DCGM_FI_DEV_POWER_USAGE", ""),
    ("Clock", "hertz", "DCGM_FI_DEV_SM_CLOCK", " * 1000000"),
    ("Fan", "percent", "DCGM_FI_DEV_FAN_SPEED", ""),
    ("Xid errors in five minutes", "short", "DCGM_EXP_XID_ERRORS_COUNT", ""),
    ("Compute active", "percentunit", "DCGM_FI_PROF_GR_ENGINE_ACTIVE", ""),
    ("Tensor cores active", "percentunit", "DCGM_FI_PROF_PIPE_TENSOR_ACTIVE", ""),
    ("Memory interface active", "percentunit", "DCGM_FI_PROF_DRAM_ACTIVE", ""),
    ("Sent over PCIe", "Bps", "DCGM_FI_PROF_PCIE_TX_BYTES", ""),
    ("Received over PCIe", "Bps", "DCGM_FI_PROF_PCIE_RX_BYTES", ""),
    ("Memory errors that could not be corrected", "short", "DCGM_FI_DEV_ECC_DBE_VOL_TOTAL", ""),
    ("Rows remapped for them", "short", "DCGM_FI_DEV_UNCORRECTABLE_REMAPPED_ROWS", ""),
)


def dashboards(plan: Plan) -> Iterator[Dashboard]:
    """Make the dashboard of the GPUs, where any reports something."""
    panels = tuple(_panels(plan.resolved))
    if panels:
        yield Dashboard("gpus", "fleet-gpus", "GPUs", panels)


def _panels(resolved: Resolved) -> Iterator[Panel]:
    fields = fleet_fields(resolved)
    for title, unit, field, factor in _PANELS:
        if field in fields:
            yield Panel(title, unit, ((f"{_CARDS} ({field}){factor}", CARD),))
    if "DCGM_FI_DEV_NVLINK_BANDWIDTH_TOTAL" in fields:
        rate = f"{_CARDS} (rate(DCGM_FI_DEV_NVLINK_BANDWIDTH_TOTAL[5m]))"
        yield Panel("NVLink, as DCGM counts it", "short", ((rate, CARD),))
    unified = [
        host
        for host in hosts_with_exporter(resolved)
        if any(product.unified for product in resolved.products_of(resolved.fleet.hosts[host]))
    ]
    if unified:
        # DCGM doesn't report this memory: it is the host's, and what is free of that is free for the GPU.
        hosts = one_of("node_uname_info", "nodename", unified)
        free = f"node_memory_MemAvailable_bytes * on (instance) group_left (nodename) {hosts}"
        yield Panel("Memory free, shared with the CPU", "bytes", ((free, "{{nodename}}"),))
