"""Every entry is valid, and has what checks rely on."""

from __future__ import annotations

import re
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from pyfleet.catalog import Catalog, builtin, repository_of
from pyfleet.model.base import CatalogName
from pyfleet.model.catalog import Engine, GpuProduct, ModelFacts, ModelId, Repository
from pyfleet.resolved.quantization import quantization_of
from pyfleet.units import bytes_of, seconds_of

GPUS = builtin().gpus
ENGINES = builtin().engines
MODELS = builtin().models
ARCHITECTURES = {
    "6.0": "pascal",
    "6.1": "pascal",
    "7.0": "volta",
    "7.5": "turing",
    "8.0": "ampere",
    "8.6": "ampere",
    "8.7": "ampere",
    "8.9": "ada-lovelace",
    "9.0": "hopper",
    "10.0": "blackwell",
    "11.0": "blackwell",
    "12.0": "blackwell",
    "12.1": "blackwell",
}


def test_every_file_has_entries_under_names_a_fleet_may_use() -> None:
    names: dict[str, Any] = {"models": ModelId, "images": Repository}
    for kind in ("gpus", "engines", "models", "images"):
        entries = getattr(Catalog(), kind)

        assert entries, kind
        for name in entries:
            TypeAdapter(names.get(kind, CatalogName)).validate_python(name)


def test_a_cards_architecture_is_that_of_its_compute_capability() -> None:
    expected = {name: ARCHITECTURES[gpu.compute_capability or ""] for name, gpu in GPUS.items()}

    assert expected == {name: gpu.architecture for name, gpu in GPUS.items()}


def test_what_is_usable_of_a_card_is_a_little_less_than_what_is_sold() -> None:
    part = {name: gpu.usable_mi_b / (gpu.memory * 1024) for name, gpu in GPUS.items()}

    assert {name: each for name, each in part.items() if not 0.92 <= each <= 1} == {}


def test_a_cards_product_is_a_label_that_has_room_for_shared() -> None:
    """The device plugin's labels end in `-SHARED` where a card is time-sliced."""
    label = re.compile(r"(?=.{1,63}$)[A-Za-z0-9][-_.A-Za-z0-9]*[A-Za-z0-9]")

    assert [gpu.product for gpu in GPUS.values() if not label.fullmatch(gpu.product + "-SHARED")] == []


def test_a_cards_oldest_driver_is_known_unless_it_comes_with_the_system() -> None:
    assert [name for name, gpu in GPUS.items() if gpu.minimum_driver is None] == [
        name for name, gpu in GPUS.items() if gpu.tegra
    ]


def test_only_machines_with_arm_processors_have_unified_memory_and_mps_divides_none() -> None:
    unified = {name for name, gpu in GPUS.items() if gpu.unified}

    assert unified == {name for name, gpu in GPUS.items() if gpu.systems == ["aarch64-linux"]}
    assert unified == {name for name, gpu in GPUS.items() if not gpu.mps}


@pytest.mark.parametrize(
    ("card", "expected"),
    [("gtx-1060-6gb", "impossible"), ("rtx-4090", "supported"), ("h200", "supported"), ("rtx-5090", "required")],
)
def test_the_open_kernel_module_follows_from_the_architecture(card: str, expected: str) -> None:
    assert expected == GPUS[card].open_kernel_module


def test_cards_that_newer_drivers_dropped_name_the_last_branch() -> None:
    assert {name: gpu.driver for name, gpu in GPUS.items() if gpu.driver != "stable"} == {"gtx-1060-6gb": "legacy_580"}


def test_cards_before_0_17_4_of_the_device_plugin_crashed_it_on_a_gb10() -> None:
    assert GPUS["gb10"].minimum_device_plugin == "v0.17.4"


def test_a_fleets_own_card_needs_no_more_than_before() -> None:
    card = {"product": "X", "label": "x", "memory": 8, "usableMiB": 8192, "architecture": "turing"}

    assert GpuProduct.model_validate(card).systems == ["x86_64-linux", "aarch64-linux"]


def test_an_engines_quantities_can_be_read() -> None:
    quantities = {name: (bytes_of(engine.overhead), seconds_of(engine.startup)) for name, engine in ENGINES.items()}

    assert {name: each for name, each in quantities.items() if min(each) <= 0} == {}


def test_an_engines_metrics_come_with_a_place_to_find_them_and_a_heartbeat() -> None:
    names = {name: engine.metric_names.model_dump(exclude_none=True).keys() for name, engine in ENGINES.items()}
    needed = {"running", "waiting", "generated_tokens"}

    assert {name for name in names if names[name]} == {
        name for name, engine in ENGINES.items() if engine.metrics is not None
    }
    assert {name: needed - names[name] for name in names if names[name] and not needed <= names[name]} == {}


def test_an_engines_images_are_pinned_and_built_for_the_architectures_they_are_named_for() -> None:
    images = [each for engine in ENGINES.values() for each in engine.images.items()]
    known = builtin().images

    assert [image for _, image in images if ":" not in image or image.endswith(":latest")] == []
    assert [
        (architecture, image)
        for architecture, image in images
        if (entry := known.get(repository_of(image))) and architecture not in entry.architectures
    ] == []


def test_vllm_and_its_like_measure_free_memory_when_they_start() -> None:
    assert {"vllm", "sglang", "tgi", "nim"} == {name for name, engine in ENGINES.items() if engine.profiles_free_memory}


def test_a_flag_says_what_is_filled_in() -> None:
    assert ENGINES["vllm"].memory_flags.utilization == "--gpu-memory-utilization={share}"
    assert ENGINES["ollama"].memory_flags.env == {"OLLAMA_GPU_OVERHEAD": "{othersBytes}"}
    assert ENGINES["comfyui"].memory_flags.reserve == "--reserve-vram={othersGiB}"


@pytest.mark.parametrize("flag", ["--gpu-memory-utilization", "--util={portion}", "--util={share}{share2}"])
def test_a_flag_without_its_placeholder_is_refused(flag: str) -> None:
    with pytest.raises(ValidationError, match=r"must have `\{share\}` in it"):
        Engine.model_validate({"memoryFlags": {"utilization": flag}})


def test_a_model_that_writes_text_has_all_that_its_memory_follows_from() -> None:
    facts = {
        name: (model.layers, model.attention_heads, model.kv_heads, model.head_dim, model.max_context)
        for name, model in MODELS.items()
        if model.kind in {"text", "speech"}
    }

    assert {name: each for name, each in facts.items() if min(each) <= 0} == {}


def test_a_models_native_quantization_is_known() -> None:
    for facts in MODELS.values():
        if facts.native_quantization is not None:
            quantization_of(facts.native_quantization)


def test_the_size_in_a_models_name_is_the_number_of_its_parameters() -> None:
    """Names round, and some leave the embedding or the vision tower out."""
    sizes = {name: re.search(r"[-_](\d+(?:\.\d+)?)[bB](?:-|$)", name) for name in MODELS}
    named = {name: float(size[1]) for name, size in sizes.items() if size}

    assert named == pytest.approx({name: MODELS[name].parameters for name in named}, rel=0.35)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"parameters": 1, "embeddingParameters": 2}, "embeddingParameters is more than parameters"),
        ({"parameters": 1, "layers": 2, "kvHeads": 2, "attentionHeads": 2}, "layers, kvHeads and headDim go together"),
        ({"parameters": 1, "slidingWindow": 128}, "slidingWindow and slidingLayers go together"),
        ({"parameters": 1, "slidingWindow": 128, "slidingLayers": 2}, "slidingLayers is more than layers"),
        (
            {"parameters": 1, "layers": 2, "kvHeads": 3, "attentionHeads": 8, "headDim": 64},
            "attentionHeads is not a multiple of kvHeads",
        ),
    ],
)
def test_facts_that_contradict_each_other_are_refused(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        ModelFacts.model_validate(wrong)


@pytest.mark.parametrize(
    ("image", "repository"),
    [
        ("vllm/vllm-openai:v0.28.0", "vllm/vllm-openai"),
        ("docker.io/vllm/vllm-openai@sha256:" + "0" * 64, "vllm/vllm-openai"),
        ("docker.io/library/redis:7", "redis"),
        ("nvcr.io/nvidia/vllm:26.02-py3", "nvcr.io/nvidia/vllm"),
        ("registry.lan:5000/team/image", "registry.lan:5000/team/image"),
        ("registry.lan:5000/team/image:1@sha256:" + "0" * 64, "registry.lan:5000/team/image"),
    ],
)
def test_an_image_is_known_by_its_repository(image: str, repository: str) -> None:
    assert repository == repository_of(image)


def test_a_file_is_read_only_when_it_is_asked_for() -> None:
    catalog = Catalog()

    assert "rtx-5090" in catalog.gpus
    assert {"gpus"} == set(vars(catalog))
