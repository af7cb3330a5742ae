"""What an engine is told by flags and variables that nobody typed."""

from __future__ import annotations

from tests.unit.fleets import planned


def told(engine: str, text: str) -> list[str]:
    """Flags of a workload with this engine, which shares its card with one that needs 6 GiB."""
    sharing = "hosts: {box: {role: server, address: 10.0.0.1, gpus: [rtx-4090], sharing: {timeSlicing: 2}}}"
    made = planned(f"""
{sharing}
workloads:
  it: {{image: a/b:1, engine: {engine}, gpu: {{memory: 10Gi}}, {text}}}
  other: {{image: a/b:1, gpu: {{memory: 6Gi}}}}
""").workloads[0]
    return [*made.args, *(f"{name}={value}" for name, value in made.env.items())]


def test_a_context_length_goes_to_the_engine_by_its_flag_or_its_variable() -> None:
    model = "model: {id: Qwen/Qwen3-8B, context: 8192}"
    given = {engine: told(engine, model) for engine in ("sglang", "ollama", "tabbyapi")}

    assert {engine: [each for each in flags if "8192" in each] for engine, flags in given.items()} == {
        "sglang": ["--context-length=8192"],
        "ollama": ["OLLAMA_CONTEXT_LENGTH=8192"],
        "tabbyapi": [],
    }


def test_without_a_stated_context_the_engine_chooses_its_own() -> None:
    flags = [flag for engine in ("sglang", "ollama") for flag in told(engine, "model: {id: Qwen/Qwen3-8B}")]

    assert [flag for flag in flags if "context" in flag.lower()] == []


def test_an_engine_that_takes_a_whole_card_is_told_in_its_own_unit_what_others_need() -> None:
    assert {
        engine: [each for each in told(engine, "ports: {http: 80}") if "6" in each] for engine in ("comfyui", "ollama")
    } == {
        "comfyui": ["--reserve-vram=6.0"],
        "ollama": ["OLLAMA_GPU_OVERHEAD=6442450944"],
    }
