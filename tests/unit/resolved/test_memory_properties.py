"""What holds for every model."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pyfleet.catalog import builtin
from pyfleet.model.catalog import ModelFacts
from pyfleet.resolved.memory import KV_BLOCK, estimate, kv_bytes, kv_bytes_per_token, weights_bytes
from pyfleet.resolved.quantization import KV_TYPE_BITS, QUANTIZATIONS

MODELS = st.sampled_from(sorted(builtin().models)).map(lambda name: builtin().models[name])
CONTEXTS = st.integers(1, 262144)
SEQUENCES = st.integers(1, 64)
KV_TYPES = st.sampled_from(sorted(KV_TYPE_BITS))
REDUCED = st.sampled_from(sorted(name for name, format_ in QUANTIZATIONS.items() if format_.bits < 16))


@given(MODELS, CONTEXTS, CONTEXTS, SEQUENCES, KV_TYPES)
def test_a_longer_context_never_needs_less(facts: ModelFacts, one: int, other: int, sequences: int, kv: str) -> None:
    shorter, longer = sorted((one, other))

    assert kv_bytes(facts, shorter, sequences, kv) <= kv_bytes(facts, longer, sequences, kv)


@given(MODELS, CONTEXTS, SEQUENCES, KV_TYPES)
def test_one_more_sequence_costs_as_much_as_the_first(facts: ModelFacts, context: int, sequences: int, kv: str) -> None:
    assert kv_bytes(facts, context, 1, kv) * sequences == kv_bytes(facts, context, sequences, kv)


@given(MODELS, CONTEXTS, KV_TYPES)
def test_no_context_needs_more_than_its_tokens_in_whole_blocks(facts: ModelFacts, context: int, kv: str) -> None:
    rounded = context + (-context) % KV_BLOCK

    assert kv_bytes(facts, context, 1, kv) <= kv_bytes_per_token(facts, kv) * rounded


@given(MODELS, REDUCED)
def test_no_quantised_model_is_larger_than_in_16_bits(facts: ModelFacts, quantization: str) -> None:
    assert weights_bytes(facts, quantization) <= weights_bytes(facts, "fp16") <= weights_bytes(facts, "fp32")


@given(MODELS, st.floats(1, 15.9), st.floats(1, 15.9))
def test_fewer_bits_per_weight_never_need_more(facts: ModelFacts, one: float, other: float) -> None:
    low, high = sorted((one, other))

    assert weights_bytes(facts, f"{low:.2f}bpw") <= weights_bytes(facts, f"{high:.2f}bpw")


@given(st.floats(0.1, 500), st.floats(0.1, 500), st.sampled_from(sorted(QUANTIZATIONS)))
def test_more_parameters_never_need_less(one: float, other: float, quantization: str) -> None:
    fewer, more = (ModelFacts(parameters=size) for size in sorted((one, other)))

    assert weights_bytes(fewer, quantization) <= weights_bytes(more, quantization)


@given(MODELS, CONTEXTS, SEQUENCES, st.integers(1, 16), st.integers(0, 2**33))
def test_a_card_of_many_needs_no_more_than_one_alone(
    facts: ModelFacts, context: int, sequences: int, cards: int, overhead: int
) -> None:
    alone = estimate(facts, context=context, sequences=sequences, overhead_bytes=overhead)
    shared = estimate(facts, context=context, sequences=sequences, overhead_bytes=overhead, cards=cards)

    assert shared.per_card <= alone.per_card == alone.total


@given(MODELS, CONTEXTS, SEQUENCES, st.integers(1, 16), st.integers(0, 2**33))
def test_the_cards_together_hold_all_of_it(
    facts: ModelFacts, context: int, sequences: int, cards: int, overhead: int
) -> None:
    whole = estimate(facts, context=context, sequences=sequences, overhead_bytes=overhead, cards=cards)

    assert whole.total <= whole.per_card * cards < whole.total + cards
    assert whole.kv_cache >= kv_bytes(facts, context, sequences)
