"""F2xx: how cards are given to pods: whole, shared, or claimed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.checks.registry import Finding, check
from pyfleet.checks.versions import numbers
from pyfleet.planning.device_plugin import plugin_hosts, plugin_runtimes
from pyfleet.planning.dra import dra_hosts
from pyfleet.planning.volumes import SHARED_MEMORY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.model.workloads import Workload
    from pyfleet.placement.types import Assignment
    from pyfleet.planning.types.whole import Plan
    from pyfleet.resolved import Resolved

CLIENTS_BEFORE_TURING = 16
TURING = (7, 5)


@check("F208")
def card_in_a_machine_that_cannot_have_it(resolved: Resolved) -> Iterator[Finding]:
    """A card in a machine of another architecture than it is made for.

    The GB10 of a DGX Spark and the modules of a Jetson are part of an arm64 machine. With the default `system` the host
    would get a configuration for x86_64, and every image for it would be the wrong one ("exec format error").
    """
    for name, host in resolved.fleet.hosts.items():
        for index, product in enumerate(host.gpus):
            known = resolved.products.get(product)
            if known and host.system not in known.systems:
                yield Finding(
                    ("hosts", name, "gpus", index),
                    f"a {product} is never in a machine of {host.system}",
                    f"say `system: {known.systems[0]}`",
                )


@check("F210")
def device_plugin_older_than_the_card(resolved: Resolved) -> Iterator[Finding]:
    """A release of NVIDIA's device plugin that doesn't know a card of the fleet.

    Before v0.17.4 the plugin gave up on a GB10 ("error getting device memory: Not Supported"): a DGX Spark joined the
    cluster, looked well, and had no `nvidia.com/gpu`. Finding the release that knows unified memory took an hour.
    """
    gpu = resolved.fleet.platform.gpu
    if gpu.operator:
        return
    products = {product for host in plugin_hosts(resolved) for product in host.gpus}
    for product in sorted(products & resolved.products.keys()):
        needed = resolved.products[product].minimum_device_plugin
        if needed and numbers(gpu.device_plugin_version) < numbers(needed):
            yield Finding(
                ("platform", "gpu", "devicePluginVersion"),
                f"{gpu.device_plugin_version} does not know a {product}, which needs {needed} or newer",
                "leave it out: the default knows every card of the catalog",
            )


@check("F211")
def mps_on_a_card_that_cannot(resolved: Resolved) -> Iterator[Finding]:
    """Sharing by MPS on a card whose memory MPS can't divide, or among more pods than it serves.

    Of a GB10 the driver reports no memory, so the daemon sets no bound, without a word: one pod takes what was meant
    for four. Cards before Turing serve 16 clients; with more the device plugin refuses the whole host.
    """
    for name, host in resolved.fleet.hosts.items():
        pods = host.sharing.mps if host.sharing else None
        for product in dict.fromkeys(host.gpus) if pods else ():
            known = resolved.products.get(product)
            capability = known.compute_capability if known else None
            place = ("hosts", name, "sharing", "mps")
            if known and not known.mps:
                hint = f"say `sharing: {{timeSlicing: {pods}}}`"
                yield Finding(place, f"MPS can't divide the memory of a {product}", hint)
            elif pods and pods > CLIENTS_BEFORE_TURING and capability and numbers(capability) < TURING:
                message = f"MPS serves {CLIENTS_BEFORE_TURING} pods on a {product}, not {pods}"
                yield Finding(place, message, f"say {CLIENTS_BEFORE_TURING} or fewer")


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
    at the same path hides one from the other. MPS' has half of the host's memory, so nothing of its own is needed.
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


@check("F213")
def several_shares_for_one_pod(resolved: Resolved) -> Iterator[Finding]:
    """A workload that asks for several cards where all cards are shared.

    What is counted there are shares, and two of them can be of one card: an engine told to split its model over two
    cards finds one. The device plugin is set to refuse such pods, which then stay as failed ones.
    """
    for name, workload in resolved.fleet.workloads.items():
        if workload.gpu is None or workload.gpu.count == 1:
            continue
        allowed = resolved.hosts_matching(resolved.selector_of(workload))
        host = resolved.host_of(workload)
        cards = [
            card
            for each in allowed
            if host in (None, each)
            for card in resolved.cards.get(each, ())
            if workload.gpu.product in (None, card.product)
        ]
        if cards and all(card.slots > 1 for card in cards):
            hosts = ", ".join(dict.fromkeys(card.host for card in cards))
            yield Finding(
                ("workloads", name, "gpu", "count"),
                f"asks for {workload.gpu.count} cards, but those of {hosts} are shared, and two shares can be one card",
                "ask for 1, or take `sharing` from a host",
            )


@check("F214")
def sharing_under_dra(resolved: Resolved) -> Iterator[Finding]:
    """Shared cards on a host that gives them out by Dynamic Resource Allocation.

    `sharing` is a setting of the device plugin, which isn't there. In NVIDIA's DRA driver sharing is experimental and
    off; each claim gets whole cards.
    """
    for name, host in resolved.fleet.hosts.items():
        if host.allocation == "dra" and host.sharing:
            yield Finding(
                ("hosts", name, "sharing"),
                f"{name} gives out its cards by DRA, which gives whole ones",
                "remove `sharing`, or say `allocation: device-plugin`",
                at_key=True,
            )


@check("F215")
def operator_beside_something_else(resolved: Resolved) -> Iterator[Finding]:
    """NVIDIA's GPU operator in a fleet that has something else do its work.

    The operator brings the device plugin's release along, and one RuntimeClass for all its pods: NixOS needs another
    than the rest. With DRA it would give out the same cards a second time.
    """
    gpu = resolved.fleet.platform.gpu
    if gpu.operator is None:
        return
    place = ("platform", "gpu", "operator")
    for name in dra_hosts(resolved):
        yield Finding(
            ("hosts", name, "allocation"),
            f"the GPU operator would give out the cards of {name} beside DRA",
            "remove `platform.gpu.operator`, or say `allocation: device-plugin`",
        )
    if "device_plugin_version" in gpu.model_fields_set:
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


@check("F221", "warning")
def dra_on_nixos(resolved: Resolved) -> Iterator[Finding]:
    """Dynamic Resource Allocation on a NixOS host.

    NVIDIA's DRA driver (0.4.1) looks for `nvidia-smi` and `libnvidia-ml.so.1` below /usr and /lib of the host before it
    starts, and NixOS has neither there: its pod waits for ever in its first container, and every claim with it.
    """
    for name in dra_hosts(resolved):
        if resolved.fleet.hosts[name].os == "nixos":
            yield Finding(
                ("hosts", name, "allocation"),
                f"{name} runs NixOS, where NVIDIA's DRA driver does not find the host's driver by itself",
                "say `allocation: device-plugin`, or put the driver's files below /usr of the host",
            )


@check("F222", needs="plan")
def queued_job_that_claims_cards(_resolved: Resolved, plan: Plan) -> Iterator[Finding]:
    """A job that waits in a queue, and claims its cards by Dynamic Resource Allocation.

    The queues' quotas count `nvidia.com/gpu`, and a claim is none: the job would be let through whatever runs.
    """
    for workload in plan.workloads:
        if workload.queue and workload.claim:
            yield Finding(
                ("workloads", workload.name, "queue"),
                f"the queue {workload.queue!r} can't count the cards that {workload.name} claims by DRA",
                "remove `queue`, or run it on a host with `allocation: device-plugin`",
            )
