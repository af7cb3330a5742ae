"""Engines on one card: who waits for whom, and what each is told."""

from __future__ import annotations

from typing import Any

from pyfleet.pipeline import plan
from pyfleet.planning.types.workloads import WorkloadPlan
from tests.unit.fleets import fleet

SHARED = "hosts: {box: {role: server, address: 10.0.0.1, gpus: [rtx-4090], sharing: {timeSlicing: 4}}}\n"
IMAGE = "image: a/b:1, cache: {hostPath: /var/cache}"


def planned(text: str) -> dict[str, WorkloadPlan]:
    return {workload.name: workload for workload in plan(fleet(SHARED + text)).workloads}


def waits(workload: WorkloadPlan) -> list[tuple[str, str, int]]:
    return [(wait.workload, wait.host, wait.port) for wait in workload.waits]


def test_the_less_important_engine_waits_for_the_more_important_one() -> None:
    """Two that measured free memory at one time crashed by turns for five minutes after each boot."""
    made = planned(f"""
priorities: {{high: 10, low: 1}}
workloads:
  a-small: {{engine: vllm, {IMAGE}, gpu: {{share: 0.2}}, priority: low}}
  large: {{engine: vllm, {IMAGE}, gpu: {{share: 0.6}}, priority: high, namespace: ai}}
""")

    assert waits(made["large"]) == []
    assert waits(made["a-small"]) == [("large", "large.ai.svc", 8000)]


def test_nobody_waits_for_ever() -> None:
    made = planned(f"""
workloads:
  one: {{engine: vllm, {IMAGE}, gpu: {{share: 0.2}}, startup: 10m}}
  two: {{engine: vllm, {IMAGE}, gpu: {{share: 0.2}}}}
""")
    startup = made["one"].startup

    assert startup is not None
    assert [wait.seconds for wait in made["two"].waits] == [startup.period * startup.failure_threshold]


def test_a_rollout_may_take_as_long_as_what_it_waits_for() -> None:
    made = planned(f"""
workloads:
  one: {{engine: vllm, {IMAGE}, gpu: {{share: 0.2}}, startup: 10m}}
  two: {{engine: vllm, {IMAGE}, gpu: {{share: 0.2}}, startup: 10m}}
""")
    first, second = made["one"].progress_deadline, made["two"].progress_deadline

    assert (first, second) == (1800 + 750, 1800 + 750 + 750)


def test_engines_that_measure_nothing_start_together() -> None:
    made = planned("""
workloads:
  one: {image: a/b:1, ports: {http: 80}, gpu: {memory: 4Gi}}
  two: {image: a/b:1, ports: {http: 80}, gpu: {memory: 4Gi}}
""")

    assert [waits(workload) for workload in made.values()] == [[], []]


def test_a_share_becomes_the_engines_own_flag() -> None:
    made = planned(f"""
workloads:
  chat: {{engine: vllm, {IMAGE}, gpu: {{share: 0.7}}}}
  code: {{engine: sglang, {IMAGE}, command: [python3, -m, sglang.launch_server], gpu: {{share: 0.2}}}}
""")

    assert made["chat"].args == ("--gpu-memory-utilization=0.7",)
    assert made["code"].args == ("--mem-fraction-static=0.2",)


def test_memory_on_a_shared_card_becomes_a_share_that_is_never_too_small() -> None:
    (argument,) = planned(f"workloads: {{chat: {{engine: vllm, {IMAGE}, gpu: {{memory: 8Gi}}}}}}")["chat"].args
    share = float(argument.removeprefix("--gpu-memory-utilization="))

    assert 8192 / 24564 <= share <= 8192 / 24564 + 0.001


def test_the_cache_of_a_model_on_a_shared_card_is_as_large_as_was_computed() -> None:
    """Qwen3-0.6B: 28 layers, 8 heads of 128, keys and values of two bytes: 112 KiB a token."""
    model = "model: {id: Qwen/Qwen3-0.6B, context: 4096}"
    made = planned(f"workloads: {{chat: {{engine: vllm, {IMAGE}, {model}, gpu: {{}}}}}}")

    assert f"--kv-cache-memory-bytes={4096 * 112 * 1024}" in made["chat"].args


def test_ollama_is_told_what_the_others_need() -> None:
    made = planned(f"""
workloads:
  chat: {{engine: vllm, {IMAGE}, gpu: {{memory: 8Gi}}}}
  small: {{engine: ollama, {IMAGE}, gpu: {{memory: 4Gi}}}}
""")

    assert made["small"].env["OLLAMA_GPU_OVERHEAD"] == str(8 * 2**30)


def test_what_the_user_says_is_not_said_again() -> None:
    for words in ("--gpu-memory-utilization=0.5", "--gpu-memory-utilization', '0.5"):
        arguments = f"['{words}']"
        made = planned(f"workloads: {{chat: {{engine: vllm, {IMAGE}, args: {arguments}, gpu: {{share: 0.5}}}}}}")
        flags = [each for each in made["chat"].args if each.startswith("--gpu-memory-utilization")]

        assert len(flags) == 1


def test_a_whole_card_is_the_engines_own_business() -> None:
    text = f"""
hosts: {{box: {{role: server, address: 10.0.0.1, gpus: [rtx-4090]}}}}
workloads: {{chat: {{engine: vllm, {IMAGE}, gpu: {{memory: 20Gi}}}}}}
"""

    assert plan(fleet(text)).workloads[0].args == ()


def model(text: str, card: str = "rtx-4090") -> Any:
    return plan(
        fleet(f"""
hosts: {{box: {{role: server, address: 10.0.0.1, gpus: [{card}, {card}]}}}}
workloads: {{chat: {{engine: vllm, {IMAGE}, {text}}}}}
""")
    )


def test_the_engine_is_told_the_model_its_context_and_its_cards() -> None:
    made = model("model: {id: Qwen/Qwen3-14B, context: 16384}, gpu: {count: 2}")

    assert made.workloads[0].args == (
        "--model=Qwen/Qwen3-14B",
        "--max-model-len=16384",
        "--tensor-parallel-size=2",
    )


def test_a_model_that_does_not_fit_its_card_is_not_placed() -> None:
    """Qwen3-32B in FP8 has 31.96 GiB of weights, more than an RTX 5090 has in all, before any KV cache."""
    made = model("model: {id: Qwen/Qwen3-32B, quantization: fp8, context: 32768}, gpu: {}", card="rtx-5090")

    assert [(each.workload, each.reason) for each in made.unplaced] == [("chat", "too large")]


def test_a_model_has_to_fit_its_share() -> None:
    made = model("model: {id: Qwen/Qwen3-8B, context: 8192}, gpu: {share: 0.3}")

    assert [each.reason for each in made.unplaced] == ["too large"]
