"""Published sizes, from model cards, NVIDIA's cards and vLLM's own messages."""

from __future__ import annotations

import pytest

from pyfleet.catalog import builtin
from pyfleet.model.catalog import ModelFacts
from pyfleet.resolved.memory import estimate, find_model, kv_bytes, kv_bytes_per_token, weights_bytes
from pyfleet.units import GIB, MIB

OVERHEAD = 2560 * MIB
UTILIZATION = 0.92
"""vLLM's default share."""


def model(name: str) -> ModelFacts:
    return builtin().models[name]


def usable(card: str) -> float:
    return builtin().gpus[card].usable_mi_b * MIB * UTILIZATION


@pytest.mark.parametrize(
    ("name", "context", "gib"),
    [
        ("meta-llama/Llama-3.1-8B-Instruct", 131072, 16.0),
        ("meta-llama/Llama-3.2-1B-Instruct", 131072, 4.0),
        ("Qwen/Qwen3-0.6B", 40960, 4.375),
        ("Qwen/Qwen3-4B", 40960, 5.625),
        ("Qwen/Qwen3-32B", 40960, 10.0),
        ("Qwen/Qwen3-32B", 32768, 8.0),
        ("Qwen/Qwen3-14B", 32768, 5.0),
    ],
)
def test_the_kv_cache_is_what_vllm_says_is_needed(name: str, context: int, gib: float) -> None:
    """Its message: "To serve at least one request with the model's max seq len (N), (X GiB KV cache is needed"."""
    assert gib * GIB == kv_bytes(model(name), context)


def test_layers_with_a_sliding_window_keep_the_window_only() -> None:
    """vLLM says 3.1 GiB for gpt-oss-20b at 131072; without the window it would be 6."""
    facts = model("openai/gpt-oss-20b")

    assert kv_bytes(facts, 131072) == 3 * GIB + 12 * 128 * 2048
    assert kv_bytes_per_token(facts) * 131072 == 6 * GIB


@pytest.mark.parametrize(
    ("name", "quantization", "size", "unit"),
    [
        ("openai/gpt-oss-20b", None, 12.8, GIB),
        ("openai/gpt-oss-120b", None, 60.8, GIB),
        ("Qwen/Qwen3-32B", "fp8", 31.96, GIB),
        ("Qwen/Qwen3-32B", None, 61.0, GIB),
        ("meta-llama/Llama-3.1-8B-Instruct", "f16", 14.96, GIB),
        ("meta-llama/Llama-3.1-8B-Instruct", "awq", 5.73, 1e9),
        ("meta-llama/Llama-3.1-8B-Instruct", "q4_k_m", 4.58, GIB),
        ("meta-llama/Llama-3.1-8B-Instruct", "q5_k_m", 5.33, GIB),
        ("meta-llama/Llama-3.1-8B-Instruct", "q6_k", 6.14, GIB),
        ("meta-llama/Llama-3.1-8B-Instruct", "q8_0", 7.95, GIB),
        ("meta-llama/Llama-3.1-70B-Instruct", "q4_k_m", 43.1, 1e9),
        ("stabilityai/stable-diffusion-xl-base-1.0", None, 6.94, 1e9),
        ("black-forest-labs/FLUX.1-dev", "fp8", 17.2, 1e9),
    ],
)
def test_the_weights_are_as_large_as_the_published_files(
    name: str, quantization: str | None, size: float, unit: float
) -> None:
    actual = weights_bytes(model(name), "fp16" if quantization == "f16" else quantization) / unit

    assert size == pytest.approx(actual, rel=0.01)


def test_qwen3_32b_in_fp8_at_32k_needs_42_gib_and_no_rtx_5090_holds_even_its_weights() -> None:
    facts = model("Qwen/Qwen3-32B")

    whole = estimate(facts, quantization="fp8", context=32768, overhead_bytes=OVERHEAD)

    assert [round(size / GIB, 2) for size in (whole.weights, whole.kv_cache, whole.overhead, whole.total)] == [
        31.96,
        8.0,
        2.5,
        42.46,
    ]
    assert whole.total == whole.per_card
    assert round(builtin().gpus["rtx-5090"].usable_mi_b / 1024, 2) == 31.84
    assert whole.weights > builtin().gpus["rtx-5090"].usable_mi_b * MIB


def test_a_gb10_holds_it_at_a_share_of_two_fifths_and_not_at_a_quarter() -> None:
    needed = estimate(model("Qwen/Qwen3-32B"), quantization="fp8", context=32768, overhead_bytes=OVERHEAD).per_card
    card = builtin().gpus["gb10"].usable_mi_b * MIB

    assert [needed <= share * card for share in (0.25, 0.40)] == [False, True]


@pytest.mark.parametrize(("kv_type", "gib", "fits"), [("auto", 22.48, False), ("fp8", 20.48, True)])
def test_a_5090_and_a_4090_hold_it_together_only_with_an_fp8_kv_cache(kv_type: str, gib: float, fits: bool) -> None:  # noqa: FBT001 - a table
    """They share evenly, so the smaller one bounds both: 24564 MiB x 0.92 = 22.07 GiB."""
    each = estimate(
        model("Qwen/Qwen3-32B"),
        quantization="fp8",
        context=32768,
        kv_type=kv_type,
        overhead_bytes=OVERHEAD,
        cards=2,
    ).per_card

    assert gib == round(each / GIB, 2)
    assert fits == (each <= usable("rtx-4090"))


def test_more_cards_than_kv_heads_keep_a_copy_of_a_head_each() -> None:
    facts = model("Qwen/Qwen3-30B-A3B")
    whole = kv_bytes(facts, 32768)

    per_card = {
        cards: estimate(facts, context=32768, overhead_bytes=0, cards=cards).kv_cache // cards for cards in (1, 2, 4, 8)
    }

    assert {1: whole, 2: whole // 2, 4: whole // 4, 8: whole // 4} == per_card


def test_a_model_without_kv_heads_keeps_no_kv_cache() -> None:
    needed = estimate(model("BAAI/bge-m3"), context=8192, sequences=64, overhead_bytes=MIB, cards=2)

    assert (needed.kv_cache, needed.overhead) == (0, 2 * MIB)


@pytest.mark.parametrize(
    ("model_id", "known_as", "quantization"),
    [
        ("Qwen/Qwen3-32B", "Qwen/Qwen3-32B", None),
        ("Qwen/Qwen3-32B-FP8", "Qwen/Qwen3-32B", "fp8"),
        ("Qwen/Qwen2.5-7B-Instruct-GPTQ-Int8", "Qwen/Qwen2.5-7B-Instruct", "int8"),
        ("Qwen/Qwen2.5-7B-Instruct-GPTQ-Int4", "Qwen/Qwen2.5-7B-Instruct", "gptq"),
        ("RedHatAI/Qwen3-32B-FP8-dynamic", "Qwen/Qwen3-32B", "fp8"),
        ("nvidia/Llama-3.1-8B-Instruct-FP4", "meta-llama/Llama-3.1-8B-Instruct", "nvfp4"),
        ("openai/gpt-oss-20b", "openai/gpt-oss-20b", "mxfp4"),
    ],
)
def test_a_quantised_copy_is_known_by_its_base(model_id: str, known_as: str, quantization: str | None) -> None:
    assert (model(known_as), quantization) == find_model(builtin().models, model_id)


@pytest.mark.parametrize("model_id", ["somebody/Qwen3-32B", "somebody/something", "somebody/something-FP8"])
def test_of_a_model_that_only_resembles_one_nothing_is_known(model_id: str) -> None:
    assert find_model(builtin().models, model_id) is None


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: weights_bytes(model("Qwen/Qwen3-8B"), "fp7"), "unknown quantization 'fp7'; known are fp32, bf16"),
        (lambda: weights_bytes(model("Qwen/Qwen3-8B"), "99bpw"), "unknown quantization '99bpw'"),
        (lambda: kv_bytes(model("Qwen/Qwen3-8B"), 16, 1, "fp7"), "unknown type of KV cache 'fp7'; known are auto"),
        (lambda: estimate(model("Qwen/Qwen3-8B"), context=16, overhead_bytes=0, cards=0), "a model needs a card"),
    ],
)
def test_what_is_unknown_is_named_with_what_is_known(call: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()  # type: ignore[operator]
