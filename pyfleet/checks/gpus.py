"""F2xx: GPUs, and whether the workloads fit on them."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from pyfleet.checks.nearest import nearest
from pyfleet.checks.registry import Finding, check
from pyfleet.nvidia import DOMAIN, MADE_BY_PLUGIN, VISIBLE_DEVICES
from pyfleet.resolved.gpus import branch_of, driver_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.model.catalog import GpuProduct
    from pyfleet.placement import Assignment
    from pyfleet.planning.types.whole import Plan
    from pyfleet.resolved import Resolved


def _unplaced(plan: Plan, reason: str) -> Iterator[Finding]:
    for each in plan.unplaced:
        if each.reason == reason:
            yield Finding(("workloads", each.workload, "gpu"), f"{each.workload} {each.message}", each.hint)


@check("F201", needs="plan")
def no_such_gpu(_resolved: Resolved, plan: Plan) -> Iterator[Finding]:
    """A workload that requests cards no host has.

    Its pod would stay Pending for ever. Usual causes: a label that no host has, a card that was sold, more cards than
    any one host has.
    """
    yield from _unplaced(plan, "no such cards")


@check("F203", needs="plan")
def more_memory_than_a_card_has(_resolved: Resolved, plan: Plan) -> Iterator[Finding]:
    """A workload that needs more memory than any card (or cards of one host) can give.

    The pod would start, load for minutes, run out of memory, and start again. For a model that is spread evenly over
    unlike cards, the smallest of them is the limit.
    """
    yield from _unplaced(plan, "too large")


@check("F205", needs="plan")
def cards_that_are_taken(_resolved: Resolved, plan: Plan) -> Iterator[Finding]:
    """A workload whose cards are all taken by workloads that run always.

    Of two models for one card, the one that loads second runs out of memory, or waits for ever. With `replicas: 0`, as
    a Job or as a CronJob a workload takes turns; with less `gpu.memory` it may share a card where the host's `sharing`
    allows it.
    """
    yield from _unplaced(plan, "taken")


@check("F223", "warning", needs="plan")
def replicas_that_could_take_anothers_place(_resolved: Resolved, plan: Plan) -> Iterator[Finding]:
    """Replicas that are planned in unlike numbers on hosts that other workloads need too.

    Kubernetes can be told which hosts they may be on, and to spread them evenly, but not how many go where. If they
    start first, they may take the card of another workload, which then stays Pending. As many on each host, or a
    higher priority for the others, rules that out.
    """
    rows: dict[str, list[Assignment]] = defaultdict(list)
    for row in plan.assignments:
        rows[row.workload].append(row)
    for workload in plan.workloads:
        if workload.spec.gpu and workload.tied_to and not workload.spreads:
            counts = Counter(row.host for row in rows[workload.name])
            shown = ", ".join(f"{count} on {host}" for host, count in counts.items())
            yield Finding(
                ("workloads", workload.name),
                f"{workload.name} is planned with {shown}: if it starts first, it may take the place of others",
                "give the workloads that are planned beside them a higher `priority`",
                at_key=True,
            )


@check("F202")
def unknown_gpu(resolved: Resolved) -> Iterator[Finding]:
    """A card that the catalog doesn't know.

    Its memory and its driver are unknown, so nothing about it could be checked. Add it under `gpus`.
    """
    for name, host in resolved.fleet.hosts.items():
        for index, product in enumerate(host.gpus):
            if product not in resolved.products:
                hint = f"{nearest(product, resolved.products)} A new card goes under `gpus:`"
                yield Finding(("hosts", name, "gpus", index), f"unknown GPU {product!r}", hint)


@check("F204")
def unknown_product_asked_for(resolved: Resolved) -> Iterator[Finding]:
    """A workload that requests a product the catalog doesn't know."""
    for name, workload in resolved.fleet.workloads.items():
        if workload.gpu and workload.gpu.product and workload.gpu.product not in resolved.products:
            yield Finding(
                ("workloads", name, "gpu", "product"),
                f"unknown GPU {workload.gpu.product!r}",
                nearest(workload.gpu.product, resolved.products),
            )


@check("F206")
def cards_that_no_one_driver_serves(resolved: Resolved) -> Iterator[Finding]:
    """Cards in one host that need different drivers.

    A host runs one driver. Blackwell works with NVIDIA's open kernel module only, which cards before Turing can't use.
    Newer branches dropped old cards: a host with such a card gets the last branch that supports it, which has to be new
    enough for its other cards.
    """
    for name, host in resolved.fleet.hosts.items():
        known = {product: resolved.products[product] for product in host.gpus if product in resolved.products}
        clash = _by_kernel_module(known) or _by_branch(known)
        if clash:
            place = ("hosts", name, "gpus")
            yield Finding(place, f"no one driver serves these cards: {clash}", "move one of them to another host")


def _by_kernel_module(products: dict[str, GpuProduct]) -> str:
    needs = {product.open_kernel_module: name for name, product in products.items()}
    if "required" not in needs or "impossible" not in needs:
        return ""
    return f"{needs['required']} needs the open kernel module, and {needs['impossible']} the closed one"


def _by_branch(products: dict[str, GpuProduct]) -> str:
    branch = branch_of(driver_of(list(products.values())))
    newer = {name: product.minimum_driver for name, product in products.items()}
    too_new = next((name for name, minimum in newer.items() if branch and minimum and minimum > branch), None)
    if too_new is None:
        return ""
    dropped = next(name for name, product in products.items() if branch_of(product.driver) == branch)
    return f"{too_new} needs {newer[too_new]} or newer, and the last that knows {dropped} is {branch}"


@check("F207")
def resource_that_the_plugin_does_not_make(resolved: Resolved) -> Iterator[Finding]:
    """A resource such as `nvidia.com/gpu-5090`.

    The device plugin parses custom names for each kind of card and then ignores them (k8s-device-plugin#1121): every
    card is `nvidia.com/gpu`, and a pod that requests anything else stays Pending. Set `gpu: {product: rtx-5090}`.
    """
    for name, workload in resolved.fleet.workloads.items():
        for index, patch in enumerate(workload.patches):
            for key in sorted(set(_resource_names(patch))):
                yield Finding(
                    ("workloads", name, "patches", index),
                    f"the device plugin makes no resource {key!r}",
                    "request a kind of card by `gpu: {product: ...}`",
                )


def _resource_names(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, below in value.items():
            if key in {"requests", "limits"} and isinstance(below, dict):
                yield from (
                    name
                    for name in below
                    if name.startswith(DOMAIN)
                    and name not in MADE_BY_PLUGIN
                    and not name.startswith(MADE_BY_PLUGIN[-1])
                )
            yield from _resource_names(below)
    elif isinstance(value, list):
        for below in value:
            yield from _resource_names(below)


@check("F231")
def cards_that_a_variable_chooses(resolved: Resolved) -> Iterator[Finding]:
    """A workload with cards that says itself which cards it sees.

    Its own variable wins over what the device plugin sets: with `all` it sees the cards of every other pod, and fills
    them. Where a host's cards are unlike, the plan sets it, and Kubernetes refuses a container that has it twice.
    """
    for name, engine in resolved.fleet.engines.items():
        if VISIBLE_DEVICES in engine.env:
            place = ("engines", name, "env", VISIBLE_DEVICES)
            message = f"`{VISIBLE_DEVICES}` follows from the cards that a workload is given"
            yield Finding(place, message, "remove it", at_key=True)
    for name, workload in resolved.fleet.workloads.items():
        for key in ("env", "secrets"):
            if workload.gpu and VISIBLE_DEVICES in getattr(workload, key):
                yield Finding(
                    ("workloads", name, key, VISIBLE_DEVICES),
                    f"`{VISIBLE_DEVICES}` follows from the cards that {name} is given",
                    "remove it; which cards, `gpu` and `host` say",
                    at_key=True,
                )
