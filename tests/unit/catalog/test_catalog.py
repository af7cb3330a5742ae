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


@pytest.mark.parametrize("kind", ["gpus", "engines", "models", "images", "charts"])
def test_every_file_has_entries_under_names_a_fleet_may_use(kind: str) -> None:
    names: dict[str, Any] = {"models": ModelId, "images": Repository}

    entries = getattr(Catalog(), kind)

    assert entries
    for name in entries:
        TypeAdapter(names.get(kind, CatalogName)).validate_python(name)


@pytest.mark.parametrize("name", GPUS)
class TestGpu:
    def test_its_architecture_is_that_of_its_compute_capability(self, name: str) -> None:
        assert GPUS[name].architecture == ARCHITECTURES[GPUS[name].compute_capability or ""]

    def test_what_is_usable_is_a_little_less_than_what_is_sold(self, name: str) -> None:
        sold = GPUS[name].memory * 1024

        assert 0.92 * sold <= GPUS[name].usable_mi_b <= sold

    def test_its_product_is_a_label_that_has_room_for_shared(self, name: str) -> None:
        """The device plugin's labels end in `-SHARED` where a card is time-sliced."""
        assert re.fullmatch(r"[A-Za-z0-9][-_.A-Za-z0-9]*[A-Za-z0-9]", GPUS[name].product + "-SHARED")
        assert len(GPUS[name].product + "-SHARED") <= 63

    def test_the_oldest_cuda_is_known_and_the_oldest_driver_unless_it_comes_with_the_system(self, name: str) -> None:
        assert GPUS[name].minimum_cuda is not None
        assert (GPUS[name].minimum_driver is None) == GPUS[name].tegra

    def test_only_machines_with_arm_processors_have_unified_memory(self, name: str) -> None:
        assert GPUS[name].unified == (GPUS[name].systems == ["aarch64-linux"])

    def test_mps_divides_no_unified_memory(self, name: str) -> None:
        assert GPUS[name].mps == (not GPUS[name].unified)


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


@pytest.mark.parametrize("name", ENGINES)
class TestEngine:
    def test_its_quantities_can_be_read(self, name: str) -> None:
        assert bytes_of(ENGINES[name].overhead) > 0
        assert seconds_of(ENGINES[name].startup) > 0

    def test_its_health_does_not_mean_progress(self, name: str) -> None:
        assert not ENGINES[name].health_means_progress

    def test_names_of_metrics_come_with_a_place_to_find_them(self, name: str) -> None:
        engine = ENGINES[name]
        names = engine.metric_names.model_dump(exclude_none=True)

        assert bool(names) == (engine.metrics is not None)
        if names:
            assert {"running", "waiting", "generated_tokens"} <= names.keys()
            assert names.keys() & {"iterations", "generated_tokens"}, "a heartbeat"

    def test_its_images_are_pinned(self, name: str) -> None:
        for image in ENGINES[name].images.values():
            assert ":" in image
            assert not image.endswith(":latest")

    def test_its_images_are_built_for_the_architectures_they_are_named_for(self, name: str) -> None:
        for architecture, image in ENGINES[name].images.items():
            assert architecture in builtin().images[repository_of(image)].architectures


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


@pytest.mark.parametrize("name", MODELS)
class TestModel:
    def test_one_that_writes_text_has_all_that_its_memory_follows_from(self, name: str) -> None:
        facts = MODELS[name]

        if facts.kind in {"text", "speech"}:
            assert min(facts.layers, facts.attention_heads, facts.kv_heads, facts.head_dim, facts.max_context) > 0

    def test_its_native_quantization_is_known(self, name: str) -> None:
        if MODELS[name].native_quantization is not None:
            quantization_of(MODELS[name].native_quantization or "")

    def test_the_size_in_its_name_is_the_number_of_its_parameters(self, name: str) -> None:
        """Names round, and some leave the embedding or the vision tower out."""
        size = re.search(r"[-_](\d+(?:\.\d+)?)[bB](?:-|$)", name)

        if size:
            assert float(size[1]) == pytest.approx(MODELS[name].parameters, rel=0.35)


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
