"""What a workload needs of its cards: as stated, or computed from the model that it serves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.resolved.memory import Estimate, estimate, find_model
from pyfleet.units import bytes_of

if TYPE_CHECKING:
    from pyfleet.model.catalog import ModelFacts
    from pyfleet.model.workloads import Workload
    from pyfleet.resolved import Resolved

DEFAULT_CONTEXT = 8192
"""Tokens of context where neither the fleet nor the catalog has a number."""


def facts_of(workload: Workload, resolved: Resolved) -> ModelFacts | None:
    """Look up what is known of the model that a workload serves, or of the one it is a quantised copy of."""
    found = find_model(resolved.models, workload.model.id) if workload.model else None
    return found[0] if found else None


def quantization_of(workload: Workload, resolved: Resolved) -> str | None:
    """Name the format of the weights: as stated, else the one in its name or that it is published in; None: 16 bit."""
    if workload.model is None:
        return None
    found = find_model(resolved.models, workload.model.id)
    return workload.model.quantization or (found[1] if found else None)


def model_estimate(workload: Workload, resolved: Resolved) -> Estimate | None:
    """Compute what the served model needs of each card; None where nothing is known of it.

    Raises:
        ValueError: the format of its weights isn't known.
    """
    facts, model, gpu = facts_of(workload, resolved), workload.model, workload.gpu
    if facts is None or model is None or gpu is None:
        return None
    return estimate(
        facts,
        quantization=quantization_of(workload, resolved),
        context=model.context or facts.max_context or DEFAULT_CONTEXT,
        sequences=model.sequences,
        kv_type=model.kv_cache,
        overhead_bytes=bytes_of(resolved.engine_of(workload).overhead),
        cards=gpu.count * (workload.size or 1),
    )


def _known_estimate(workload: Workload, resolved: Resolved) -> Estimate | None:
    try:
        return model_estimate(workload, resolved)
    except ValueError:
        return None  # a check reports it


def memory_of(workload: Workload, resolved: Resolved) -> int | None:
    """Bytes that a pod needs over all its cards: as stated, or computed. None: the cards to itself, or its share."""
    if workload.gpu is None:
        return None
    if workload.gpu.memory:
        return bytes_of(workload.gpu.memory)
    computed = _known_estimate(workload, resolved)
    return computed.per_card * workload.gpu.count if computed else None


def kv_cache_of(workload: Workload, resolved: Resolved) -> int | None:
    """Bytes of the served model's KV cache on each card."""
    computed = _known_estimate(workload, resolved)
    return computed.kv_cache // computed.cards if computed else None


def weights_of(workload: Workload, resolved: Resolved) -> int | None:
    """Bytes of the served model's weights in all."""
    computed = _known_estimate(workload, resolved)
    return computed.weights if computed else None
