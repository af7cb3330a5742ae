"""How many bits a parameter, and a number of the KV cache, take in each format; which format a checkpoint's name has.

Sources: the layouts of the formats themselves (a block of numbers and its scales), and for GGUF the table of bits per
weight that llama.cpp measured on Llama-3.1-8B (tools/quantize/README.md).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

SIXTEEN_BIT = "bf16"


@dataclass(frozen=True, slots=True)
class Quantization:
    """A format of weights."""

    bits: float
    """Bits a parameter, scales included."""
    whole: bool
    """All parameters are in it; otherwise embedding and head stay in 16 bits."""


QUANTIZATIONS: dict[str, Quantization] = {
    "fp32": Quantization(32, whole=True),
    "bf16": Quantization(16, whole=True),
    "fp16": Quantization(16, whole=True),
    "fp8": Quantization(8, whole=False),
    "int8": Quantization(8, whole=False),
    # Groups of 128: a scale of 16 bits and a zero point of 4.
    "awq": Quantization(4 + 20 / 128, whole=False),
    "gptq": Quantization(4 + 20 / 128, whole=False),
    # Any other layout of 4-bit integers: groups of 64 at the worst.
    "int4": Quantization(4.25, whole=False),
    # Blocks of 16 with a scale of 8 bits; blocks of 32 with a scale of 8 bits.
    "nvfp4": Quantization(4 + 8 / 16, whole=False),
    "mxfp4": Quantization(4 + 8 / 32, whole=False),
    # GGUF: averages over all tensors, embedding and head included.
    "q3_k_s": Quantization(3.6429, whole=True),
    "q3_k_l": Quantization(4.2979, whole=True),
    "iq4_xs": Quantization(4.4597, whole=True),
    "q4_k_s": Quantization(4.6672, whole=True),
    "q4_k_m": Quantization(4.8944, whole=True),
    "q5_k_s": Quantization(5.5704, whole=True),
    "q5_k_m": Quantization(5.7036, whole=True),
    "q6_k": Quantization(6.5633, whole=True),
    "q8_0": Quantization(8.5008, whole=True),
}

# Bits of a number in the KV cache. q8_0 and q4_0 (llama.cpp, Ollama): blocks of 32 with a scale of 16 bits.
KV_TYPE_BITS: dict[str, float] = {
    "auto": 16,
    "bf16": 16,
    "fp16": 16,
    "f16": 16,
    "fp32": 32,
    "f32": 32,
    "fp8": 8,
    "fp8_e4m3": 8,
    "fp8_e5m2": 8,
    "q8_0": 8.5,
    "q4_0": 4.5,
}

_BITS_PER_WEIGHT = re.compile(r"(?P<bits>[0-9]+(?:\.[0-9]+)?)bpw")
# Endings by which publishers name the format. The longest comes first: `-GPTQ-Int8` is not `-Int8`.
_ENDINGS = (
    (re.compile(r"-GPTQ-Int8$", re.IGNORECASE), "int8"),
    (re.compile(r"-GPTQ(-Int4)?$", re.IGNORECASE), "gptq"),
    (re.compile(r"-AWQ(-INT4)?$", re.IGNORECASE), "awq"),
    (re.compile(r"[-.]quantized\.w8a8$", re.IGNORECASE), "int8"),
    (re.compile(r"[-.]quantized\.w4a16$", re.IGNORECASE), "int4"),
    (re.compile(r"-FP8(-dynamic|-block)?$", re.IGNORECASE), "fp8"),
    (re.compile(r"-(NVFP4|FP4)$", re.IGNORECASE), "nvfp4"),
)


def quantization_of(name: str) -> Quantization:
    """Look a format up by its name; `4.5bpw` is exl2 or exl3 of that many bits per weight.

    Raises:
        ValueError: no such format.
    """
    name = name.lower()
    known = QUANTIZATIONS.get(name)
    if known is not None:
        return known
    match = _BITS_PER_WEIGHT.fullmatch(name)
    if match is None or not 1 <= float(match["bits"]) <= 16:  # noqa: PLR2004 - no format has fewer or more bits
        raise ValueError(
            f"unknown quantization {name!r}; known are {', '.join(QUANTIZATIONS)}, and `4.5bpw` for exl2/exl3"
        )
    return Quantization(float(match["bits"]), whole=False)


def kv_bits_of(kv_type: str) -> float:
    """Count the bits of a number in a KV cache of this type.

    Raises:
        ValueError: no such type.
    """
    bits = KV_TYPE_BITS.get(kv_type.lower())
    if bits is None:
        raise ValueError(f"unknown type of KV cache {kv_type!r}; known are {', '.join(KV_TYPE_BITS)}")
    return bits


def split_model_id(model_id: str) -> tuple[str, str | None]:
    """Split the id of a checkpoint into that of its base and its format: `Qwen/Qwen3-32B-FP8` is `fp8`."""
    for ending, name in _ENDINGS:
        base, found = ending.subn("", model_id)
        if found:
            return base, name
    return model_id, None
