"""F2xx: the models that are served, and their engines' flags."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyfleet.checks.nearest import nearest
from pyfleet.checks.registry import Finding, check
from pyfleet.nvidia import DISCOVERED
from pyfleet.resolved.needs import facts_of, model_estimate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.resolved import Resolved


@check("F209")
def card_chosen_by_a_discovered_label(resolved: Resolved) -> Iterator[Finding]:
    """A workload that chooses its card by a label of GPU feature discovery.

    In a host with unlike cards these labels describe one of them, and perhaps the other after a restart. A GB10 has no
    `nvidia.com/gpu.memory` at all, so a workload that selects by it never runs on the card with the most memory.
    Set `gpu: {memory: ...}` and, where it matters, `product`.
    """
    for name, workload in resolved.fleet.workloads.items():
        for key in workload.node_selector:
            if key in DISCOVERED:
                yield Finding(
                    ("workloads", name, "nodeSelector", key),
                    f"{key} describes one card of a host, and none of a GB10",
                    "set `gpu: {memory: ...}` or `gpu: {product: ...}`",
                    at_key=True,
                )


@check("F216")
def model_whose_memory_is_not_known(resolved: Resolved) -> Iterator[Finding]:
    """A model that the catalog doesn't know, with no memory stated.

    Whether it fits its card can't be checked. Set `gpu.memory`, or the model's facts under `models`.
    """
    for name, workload in resolved.fleet.workloads.items():
        model, gpu = workload.model, workload.gpu
        if model is None or gpu is None or gpu.memory or gpu.share:
            continue
        if facts_of(workload, resolved) is None:
            yield Finding(
                ("workloads", name, "model", "id"),
                f"nothing is known of the model {model.id!r}",
                f"{nearest(model.id, resolved.models)} Or set `gpu: {{memory: ...}}`",
            )


@check("F217")
def cards_and_tensor_parallel_disagree(resolved: Resolved) -> Iterator[Finding]:
    """An engine that is set to use another number of cards than its pod gets.

    With more cards than it gets, it exits when it starts; with fewer, the others stay idle, and no other pod gets them.
    """
    for name, workload in resolved.fleet.workloads.items():
        if workload.gpu is None:
            continue
        for index, argument in enumerate(workload.args):
            match = re.fullmatch(r"(?:--tensor-parallel-size|--tp|-tp)[= ]([0-9]+)", argument)
            stated = match[1] if match else _next(workload.args, index, {"--tensor-parallel-size", "--tp", "-tp"})
            cards = workload.gpu.count * (workload.size or 1)
            if stated is not None and int(stated) != cards:
                whose = "its group" if workload.size else "the pod"
                yield Finding(
                    ("workloads", name, "args", index),
                    f"the engine is set to use {stated} card(s), but {whose} gets {cards}",
                    "leave the argument out: it follows `gpu.count`",
                )


def _next(arguments: list[str], index: int, names: set[str]) -> str | None:
    following = arguments[index + 1] if index + 1 < len(arguments) else ""
    return following if arguments[index] in names and following.isdigit() else None


@check("F218", "warning")
def share_that_the_engine_does_not_know(resolved: Resolved) -> Iterator[Finding]:
    """A share of a card for an engine without a setting for it.

    Time-slicing limits no pod's memory: only the engine can keep to its share. An engine that takes all free memory
    takes its neighbour's, too.
    """
    for name, workload in resolved.fleet.workloads.items():
        flags = resolved.engine_of(workload).memory_flags
        if workload.gpu and workload.gpu.share and not (flags.utilization or flags.reserve or flags.env):
            yield Finding(
                ("workloads", name, "gpu", "share"),
                f"engine {workload.engine} has no setting for a share of a card",
                "limit its memory by an argument of its own, and set `gpu: {memory: ...}`",
            )


@check("F219")
def context_longer_than_the_model_has(resolved: Resolved) -> Iterator[Finding]:
    """A context longer than the model was made for: its engine refuses to start."""
    for name, workload in resolved.fleet.workloads.items():
        facts = facts_of(workload, resolved)
        model = workload.model
        if facts and model and model.context and facts.max_context and model.context > facts.max_context:
            yield Finding(
                ("workloads", name, "model", "context"),
                f"{model.id} has a context of at most {facts.max_context} tokens",
                f"set {facts.max_context} or less",
            )


@check("F220")
def format_of_weights_that_is_not_known(resolved: Resolved) -> Iterator[Finding]:
    """A format of weights whose size per parameter isn't known, so that the model's memory can't be computed."""
    for name, workload in resolved.fleet.workloads.items():
        model = workload.model
        if model is None or facts_of(workload, resolved) is None:
            continue
        try:
            model_estimate(workload, resolved)
        except ValueError as error:
            yield Finding(("workloads", name, "model", "quantization"), str(error))
