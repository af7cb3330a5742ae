"""Estimate the GPU memory of a model: weights, KV cache, and what an engine takes beside them.

All in bytes, all pure. The formulas are the engines' own arithmetic: vLLM refuses to start with "X GiB KV cache is
needed" exactly where `kv_bytes` says so.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyfleet.resolved.quantization import SIXTEEN_BIT, kv_bits_of, quantization_of, split_model_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyfleet.model.catalog import ModelFacts

KV_BLOCK = 16
"""Tokens in a block of vLLM's KV cache: sequences take whole blocks."""
_BITS = 8


@dataclass(frozen=True, slots=True)
class Estimate:
    """GPU memory of one copy of a model, over all its cards."""

    weights: int
    kv_cache: int
    overhead: int
    cards: int
    per_card: int
    """What each card must have; cards share evenly."""

    @property
    def total(self) -> int:
        """GPU memory in total."""
        return self.weights + self.kv_cache + self.overhead


def weights_bytes(facts: ModelFacts, quantization: str | None = None) -> int:
    """Size the weights: parameters x bits, where embedding and head usually stay in 16 bits.

    Source: layouts of the formats. With them Qwen3-32B in fp8 is 31.96 GiB, and gpt-oss-120b's checkpoint 60.8 GiB.

    Args:
        facts: the model.
        quantization: name of the format; by default the one the model is published in.

    Raises:
        ValueError: no such format.
    """
    name = quantization or facts.native_quantization or SIXTEEN_BIT
    format_ = quantization_of(name)
    kept = 0.0 if format_.whole else facts.embedding_parameters
    bits = (facts.parameters - kept) * format_.bits + kept * quantization_of(SIXTEEN_BIT).bits
    return math.ceil(bits * 1e9 / _BITS)


def kv_bytes_per_token(facts: ModelFacts, kv_type: str = "auto") -> int:
    """Size the keys and values of one token: 2 x layers x kv_heads x head_dim x bytes.

    With grouped-query attention the heads of keys count, not those of queries. Source: vLLM's error for Llama-3.1-8B at
    131072 tokens, "16.0 GiB KV cache is needed", is 2 x 32 x 8 x 128 x 2 bytes a token.

    Raises:
        ValueError: no such type of KV cache.
    """
    return math.ceil(facts.layers * _kv_bytes_per_token_and_layer(facts, facts.kv_heads, kv_type))


def kv_bytes(facts: ModelFacts, context: int, sequences: int = 1, kv_type: str = "auto") -> int:
    """Size the KV cache of so many sequences of full length.

    A sequence takes whole blocks of 16 tokens. Layers with a sliding window keep no more than the window; the tokens
    being computed come on top for a moment, as activations do, and are part of the overhead. Source: vLLM, which
    asks 3.1 GiB for gpt-oss-20b at 131072 tokens, 3.0 of them for the layers without a window.

    Raises:
        ValueError: no such type of KV cache.
    """
    return _kv_bytes(facts, facts.kv_heads, context, sequences, kv_type)


def estimate(
    facts: ModelFacts,
    *,
    context: int,
    overhead_bytes: int,
    quantization: str | None = None,
    sequences: int = 1,
    kv_type: str = "auto",
    cards: int = 1,
) -> Estimate:
    """Estimate a model on one or more cards.

    Tensor parallelism divides the weights, and the heads of keys and values; where there are fewer heads than cards,
    each card keeps a copy of one. Every card has its own overhead. Source: vLLM's docs; `fits` there is
    weights / cards + KV cache / cards + overhead <= utilization x memory of the smallest card.

    Args:
        facts: the model.
        context: tokens of a sequence.
        overhead_bytes: what the engine takes on each card beside weights and KV cache.
        quantization: format of the weights; by default the one the model is published in.
        sequences: sequences of full length at one time.
        kv_type: type of the KV cache, as the engine calls it.
        cards: cards the model is spread over.

    Raises:
        ValueError: no such format or type, or no card.
    """
    if cards < 1:
        raise ValueError(f"a model needs a card, not {cards}")
    weights = weights_bytes(facts, quantization)
    heads_per_card = math.ceil(facts.kv_heads / cards)
    kv_per_card = _kv_bytes(facts, heads_per_card, context, sequences, kv_type)
    return Estimate(
        weights=weights,
        kv_cache=kv_per_card * cards,
        overhead=overhead_bytes * cards,
        cards=cards,
        per_card=math.ceil(weights / cards) + kv_per_card + overhead_bytes,
    )


def find_model(models: Mapping[str, ModelFacts], model_id: str) -> tuple[ModelFacts, str | None] | None:
    """Find what is known of a checkpoint, and the format in its name.

    A quantised copy (`Qwen/Qwen3-32B-FP8`, `RedHatAI/Qwen3-32B-FP8-dynamic`) has the architecture of its base, whoever
    published it. None: nothing is known.
    """
    if model_id in models:
        return models[model_id], models[model_id].native_quantization
    base, quantization = split_model_id(model_id)
    if quantization is None:
        return None
    if base in models:
        return models[base], quantization
    name = base.rpartition("/")[2]
    same_name = [facts for known, facts in models.items() if known.rpartition("/")[2] == name]
    return (same_name[0], quantization) if len(same_name) == 1 else None


def _kv_bytes_per_token_and_layer(facts: ModelFacts, kv_heads: int, kv_type: str) -> float:
    return 2 * kv_heads * facts.head_dim * kv_bits_of(kv_type) / _BITS


def _kv_bytes(facts: ModelFacts, kv_heads: int, context: int, sequences: int, kv_type: str) -> int:
    tokens = _whole_blocks(context)
    window = min(tokens, _whole_blocks(facts.sliding_window or context))
    full_layers = facts.layers - facts.sliding_layers
    slots = full_layers * tokens + facts.sliding_layers * window
    return math.ceil(slots * sequences * _kv_bytes_per_token_and_layer(facts, kv_heads, kv_type))


def _whole_blocks(tokens: int) -> int:
    return -(-tokens // KV_BLOCK) * KV_BLOCK
