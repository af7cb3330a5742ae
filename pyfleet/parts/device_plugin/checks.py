"""NVIDIA's device plugin and MPS, and the GPU operator, which replaces them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.checks.registry import Finding, check
from pyfleet.checks.versions import numbers
from pyfleet.nvidia import MPS_CLIENTS_BEFORE_TURING, TURING
from pyfleet.parts.device_plugin.model import VERSION
from pyfleet.planning.volumes import SHARED_MEMORY
from pyfleet.resolved.gpus import dra_hosts, plugin_hosts, plugin_runtimes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.model.workloads import Workload
    from pyfleet.placement.types import Assignment
    from pyfleet.planning.types.whole import Plan
    from pyfleet.resolved import Resolved


@check("F210")
def device_plugin_older_than_the_card(resolved: Resolved) -> Iterator[Finding]:
    """A release of NVIDIA's device plugin that doesn't know a card of the fleet.

    Before v0.17.4 the plugin gave up on a GB10 ("error getting device memory: Not Supported"): a DGX Spark joined the
    cluster, looked well, and had no `nvidia.com/gpu`. Finding the release that knows unified memory took an hour.
    """
    if resolved.offers.gpu_operator:
        return
    version = VERSION.of(resolved.fleet)
    products = {product for host in plugin_hosts(resolved).values() for product in host.gpus}
    for product in sorted(products & resolved.products.keys()):
        needed = resolved.products[product].minimum_device_plugin
        if needed and numbers(version) < numbers(needed):
            yield Finding(
                ("platform", "gpu", "devicePluginVersion"),
                f"{version} does not know a {product}, which needs {needed} or newer",
                "leave it out: the default knows every card of the catalog",
            )


@check("F211")
def mps_on_a_card_that_cannot(resolved: Resolved) -> Iterator[Finding]:
    """Sharing by MPS on a card whose memory MPS can't divide, or among more pods than it serves.

    The driver reports no memory for a GB10, so the daemon silently sets no limit: one pod can take the memory of four.
    Cards before Turing serve 16 clients; with more the device plugin refuses the whole host.
    """
    for name, host in resolved.fleet.hosts.items():
        pods = host.sharing.mps if host.sharing else None
        for product in dict.fromkeys(host.gpus) if pods else ():
            known = resolved.products.get(product)
            capability = known.compute_capability if known else None
            place = ("hosts", name, "sharing", "mps")
            if known and not known.mps:
                hint = f"set `sharing: {{timeSlicing: {pods}}}`"
                yield Finding(place, f"MPS can't divide the memory of a {product}", hint)
            elif pods and pods > MPS_CLIENTS_BEFORE_TURING and capability and numbers(capability) < TURING:
                message = f"MPS serves {MPS_CLIENTS_BEFORE_TURING} pods on a {product}, not {pods}"
                yield Finding(place, message, f"set {MPS_CLIENTS_BEFORE_TURING} or fewer")


def _on_mps(resolved: Resolved, plan: Plan) -> Iterator[Assignment]:
    """Rows of the GPU matrix on hosts that share by MPS, the first of each workload."""
    seen = set()
    for row in plan.assignments:
        if row.workload not in seen and resolved.cards[row.host][row.cards[0]].mps:
            seen.add(row.workload)
            yield row


@check("F212", needs="plan")
def own_shared_memory_under_mps(resolved: Resolved, plan: Plan) -> Iterator[Finding]:
    """A workload that mounts its own /dev/shm on a host that shares by MPS.

    MPS talks to its pods through the host's shared memory, which the device plugin mounts at /dev/shm of each. A volume
    at the same path hides it. MPS' /dev/shm has half of the host's memory, so the workload needs none of its own.
    """
    for row in _on_mps(resolved, plan):
        workload = resolved.fleet.workloads[row.workload]
        key = _own_shared_memory(workload)
        if key:
            yield Finding(
                ("workloads", row.workload, *key),
                f"{row.workload} runs on {row.host}, where MPS mounts its own {SHARED_MEMORY}",
                "remove it: MPS' is large enough",
                at_key=True,
            )


def _own_shared_memory(workload: Workload) -> tuple[str, ...]:
    if SHARED_MEMORY in workload.volumes:
        return ("volumes", SHARED_MEMORY)
    return ("sharedMemory",) if workload.shared_memory else ()


@check("F215")
def operator_beside_something_else(resolved: Resolved) -> Iterator[Finding]:
    """NVIDIA's GPU operator beside something that does the same work.

    The operator brings its own release of the device plugin, and has one RuntimeClass for all its pods, but NixOS needs
    another one than other systems. With DRA it would give out the same cards a second time.
    """
    if not resolved.offers.gpu_operator:
        return
    place = ("platform", "gpu", "operator")
    for name in dra_hosts(resolved):
        yield Finding(
            ("hosts", name, "allocation"),
            f"the GPU operator would give out the cards of {name} beside DRA",
            "remove `platform.gpu.operator`, or set `allocation: device-plugin`",
        )
    if VERSION.is_given(resolved.fleet):
        yield Finding(
            ("platform", "gpu", "devicePluginVersion"),
            "the GPU operator brings its own release of the device plugin",
            "remove it",
            at_key=True,
        )
    runtimes = plugin_runtimes(resolved)
    if len(runtimes) > 1:
        yield Finding(
            place,
            f"the operator's pods have one RuntimeClass, but the hosts need {' and '.join(runtimes)}",
            "remove `operator`: the plain device plugin has a DaemonSet for each",
            at_key=True,
        )
