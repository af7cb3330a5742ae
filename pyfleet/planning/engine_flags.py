"""Decide an engine's flags for the model that it serves and for its part of a card."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pyfleet.units import GIB

NAMED_FORMATS = frozenset({"awq", "fp8", "gptq"})
"""Formats that engines take by these names; the others follow from the checkpoint itself."""

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyfleet.model.catalog import Engine
    from pyfleet.model.workloads import Workload
    from pyfleet.placement.types import Assignment


def engine_arguments(
    workload: Workload, engine: Engine, row: Assignment | None, others: int, kv_cache: int | None, *, watched: bool
) -> tuple[tuple[str, ...], dict[str, str]]:
    """Decide arguments and environment beyond those that the user gave.

    Args:
        workload: what is served.
        engine: what serves it.
        row: the cards it has, if any.
        others: bytes that others need on its fullest card.
        kv_cache: bytes of its KV cache on each card, where they were computed.
        watched: whether its metrics are scraped.

    Returns:
        Arguments, and environment. What the user gives already, in whatever spelling, is not given again.
    """
    flags, env = _model(workload, engine, row)
    more_flags, more_env = _memory(workload, engine, row, others, kv_cache)
    given = [*workload.command, *workload.args]
    if watched:
        more_flags += _metrics(workload, engine)
    missing = [flag for flag in (*flags, *more_flags) if not _is_given(flag, given)]
    return tuple(missing), {name: value for name, value in {**env, **more_env}.items() if name not in workload.env}


def _model(workload: Workload, engine: Engine, row: Assignment | None) -> tuple[list[str], dict[str, str]]:
    model = workload.model
    if model is None:
        return [], {}
    flags: list[str] = []
    env: dict[str, str] = {}
    named = any(model.id in each for each in (*workload.command, *workload.args))
    if not named and engine.model_flag:
        flags.append(engine.model_flag.format(id=model.id))
    elif not named and engine.model_env:
        env[engine.model_env] = model.id
    if model.context and engine.context_flag:
        flags.append(engine.context_flag.format(tokens=model.context))
    elif model.context and engine.context_env:
        env[engine.context_env] = str(model.context)
    if model.quantization in NAMED_FORMATS and engine.quantization_flag:
        flags.append(engine.quantization_flag.format(name=model.quantization))
    if model.kv_cache != "fp16" and engine.kv_type_flag:
        flags.append(engine.kv_type_flag.format(type=model.kv_cache))
    if row is not None and len(row.cards) > 1 and engine.tensor_parallel_flag:
        flags.append(engine.tensor_parallel_flag.format(count=len(row.cards)))
    return flags, env


def _memory(
    workload: Workload, engine: Engine, row: Assignment | None, others: int, kv_cache: int | None
) -> tuple[list[str], dict[str, str]]:
    if row is None or workload.gpu is None or not (row.shared or workload.gpu.share):
        return [], {}
    flags: list[str] = []
    known = engine.memory_flags
    if known.utilization:
        needed = max(n / u for n, u in zip(row.needed, row.usable, strict=True))
        share = workload.gpu.share or math.ceil(needed * 1000) / 1000
        flags.append(known.utilization.format(share=f"{share:g}"))
    if known.kv_cache_bytes and kv_cache and not workload.gpu.share:
        # With only its share, it would fill the rest of that share with cache.
        flags.append(known.kv_cache_bytes.format(bytes=kv_cache))
    if known.reserve and others:
        flags.append(known.reserve.format(othersGiB=f"{others / GIB:.1f}"))
    env = {name: text.format(othersBytes=others) for name, text in known.env.items()} if others else {}
    return flags, env


def _metrics(workload: Workload, engine: Engine) -> list[str]:
    """Turn metrics on by the engine's flag, unless the command is a shell, which would take the flag for its own."""
    shell = "-c" in workload.command
    return [engine.metrics.flag] if engine.metrics and engine.metrics.flag and not shell else []


def _is_given(flag: str, given: Sequence[str]) -> bool:
    """Whether the user gives this flag already, as `--flag=value` or as two words."""
    name = flag.partition("=")[0]
    return any(each == name or each.startswith(f"{name}=") for each in given)
