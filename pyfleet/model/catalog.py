"""What is known of GPUs, serving engines, models and images: entries of catalog/*.yaml, and a fleet's own."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from pyfleet.model.base import (
    AbsolutePath,
    Duration,
    EnvName,
    Image,
    LabelValue,
    Model,
    Port,
    PortName,
    PortReference,
    Quantity,
)
from pyfleet.model.watching import Canary
from pyfleet.model.workloads import Amounts, Capability, Probes
from pyfleet.shared import PATTERNS

Architecture = Literal["pascal", "volta", "turing", "ampere", "ada-lovelace", "hopper", "blackwell", "rubin"]
NixSystem = Literal["x86_64-linux", "aarch64-linux"]
ImageArchitecture = Literal["amd64", "arm64"]
OpenKernelModule = Literal["required", "supported", "impossible"]
Reported = Literal["board", "fan", "profiling", "ecc", "remappedRows", "nvlink"]
"""Groups of metrics that some cards report and others don't."""
Version = Annotated[str, Field(pattern=r"^[0-9]+\.[0-9]+$")]
"""Two numbers, as text: `12.0` would lose its zero as a number."""
ModelId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][-._A-Za-z0-9]*(/[A-Za-z0-9][-._A-Za-z0-9]*)?$")]
Repository = Annotated[str, Field(pattern=r"^[a-z0-9]+([-._/:]+[a-z0-9]+)*$")]
Count = Annotated[int, Field(ge=0)]
Billions = Annotated[float, Field(ge=0)]

# NVIDIA's open kernel module needs a GSP, which cards have from Turing on; Blackwell works with no other.
_OPEN_KERNEL_MODULE: dict[str, OpenKernelModule] = {
    "pascal": "impossible",
    "volta": "impossible",
    "blackwell": "required",
    "rubin": "required",
}
_BEFORE_AMPERE = frozenset({"pascal", "volta", "turing"})
_BEFORE_BLACKWELL = _BEFORE_AMPERE | {"ampere", "ada-lovelace", "hopper"}
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def _template(*names: str) -> AfterValidator:
    """Make a validator for text that has exactly these names in braces."""

    def check(text: str) -> str:
        if set(_PLACEHOLDER.findall(text)) != set(names):
            wanted = " and ".join(f"`{{{name}}}`" for name in names)
            raise ValueError(f"{text!r} must have {wanted} in it, and nothing else in braces")
        return text

    return AfterValidator(check)


class GpuProduct(Model):
    """A model of card."""

    product: str = Field(description="Label nvidia.com/gpu.product, as GPU feature discovery writes it.")
    label: LabelValue = Field(description="Short name, for the fleet's own label `has-<label>`.")
    memory: Annotated[int, Field(ge=1)] = Field(description="Memory as sold, in GiB.")
    usable_mi_b: Annotated[int, Field(ge=1)] = Field(
        alias="usableMiB",
        description="Memory as NVML reports it, in MiB; for unified memory, as CUDA reports it.",
    )
    architecture: Architecture = Field(description="NVIDIA's name of the architecture.")
    compute_capability: Version | None = Field(None, description="CUDA compute capability, such as `12.0`.")
    unified: bool = Field(default=False, description="Shares main memory with the CPU.")
    tegra: bool = Field(
        default=False,
        description="A Jetson: its driver comes with JetPack, and the device plugin finds it without NVML.",
    )
    mps: bool = Field(default=True, description="MPS can divide its memory between pods.")
    nvlink: bool = Field(default=False, description="Sold with NVLink to its neighbours, not as a bridge to be added.")
    fan: bool | None = Field(None, description="Has a fan of its own; by default GeForce and workstation cards.")
    minimum_driver: Annotated[int, Field(ge=1)] | None = Field(
        None, description="Oldest driver branch that knows it, such as 570."
    )
    driver: str = Field(
        "stable",
        pattern=f"^{PATTERNS['packageName']}$",
        description="Attribute of nixpkgs' nvidiaPackages: the last driver branch, for cards that newer ones dropped.",
    )
    minimum_device_plugin: Annotated[str, Field(pattern=r"^v[0-9]+\.[0-9]+\.[0-9]+$")] | None = Field(
        None, description="Oldest release of NVIDIA's device plugin that works with it."
    )
    systems: list[NixSystem] = Field(
        ["x86_64-linux", "aarch64-linux"], min_length=1, description="Nix systems of the machines it can be in."
    )

    @property
    def open_kernel_module(self) -> OpenKernelModule:
        """Whether NVIDIA's open kernel module is required, supported or impossible for this card."""
        return _OPEN_KERNEL_MODULE.get(self.architecture, "supported")

    @property
    def reports(self) -> frozenset[Reported]:
        """Groups of metrics that it reports, beside those that every card reports.

        With unified memory NVML reports no framebuffer, no memory clock and no fan. GeForce has neither ECC nor rows to
        remap. Profiling works on GeForce since Blackwell (NVIDIA/DCGM#234), on others since Volta (dcgm-exporter#5).
        """
        if self.unified:
            return frozenset()
        geforce = "GeForce" in self.product
        fan = geforce or self.product.startswith("NVIDIA-RTX") if self.fan is None else self.fan
        known: dict[Reported, bool] = {
            "board": True,
            "fan": fan,
            "profiling": self.architecture not in (_BEFORE_BLACKWELL if geforce else {"pascal"}),
            "ecc": not geforce,
            "remappedRows": not geforce and self.architecture not in _BEFORE_AMPERE,
            "nvlink": self.nvlink,
        }
        return frozenset(group for group, reported in known.items() if reported)


class DcgmField(Model):
    """A metric that NVIDIA's exporter reads of cards."""

    type: Literal["gauge", "counter", "label"] = Field(description="What Prometheus takes it for.")
    help: Annotated[str, Field(pattern=r"^[^,\n]+$")] = Field(description="What it is; the exporter's list has commas.")
    of: Reported | None = Field(None, description="Reported only by cards of this group; absent: by all.")


class MemoryFlags(Model):
    """How an engine is given its part of a card's memory.

    An engine has a setting for its share (`utilization`), for its cache (`kvCacheBytes`), or for what it must leave to
    others (`reserve`); `env` sets the same by environment. Names in braces are filled in: `{share}` of the whole card
    as a fraction (`0.70`), `{bytes}` of its KV cache, `{othersBytes}` or `{othersGiB}` that others on the card need.
    """

    utilization: Annotated[str, _template("share")] | None = Field(None, description="Flag for its share of a card.")
    kv_cache_bytes: Annotated[str, _template("bytes")] | None = Field(
        None, description="Flag for the size of its KV cache; takes the place of a share."
    )
    reserve: Annotated[str, _template("othersGiB")] | None = Field(None, description="Flag for what it leaves free.")
    env: dict[EnvName, Annotated[str, _template("othersBytes")]] = Field({}, description="The same by environment.")


class Metrics(Model):
    """Where an engine exposes its metrics."""

    path: Annotated[str, Field(pattern=r"^/\S*$")] = Field("/metrics", description="HTTP path.")
    port: PortReference | None = Field(None, description="Name of the port; by default the first.")
    flag: Annotated[str, Field(pattern=r"^--[a-z][-a-z0-9]*$")] | None = Field(
        None, description="Flag that makes it expose metrics."
    )
    key: EnvName | None = Field(
        None, description="Environment variable with an API key; if the workload sets it, metrics need that key."
    )
    only_with_model: bool = Field(
        default=False, description="Exposed only for a language model, which the workload's `model` has to name."
    )


class MetricNames(Model):
    """Names of the engine's metrics that show whether work comes out. Absent: it has no such metric."""

    running: str | None = Field(None, description="Gauge: requests being worked on.")
    waiting: str | None = Field(None, description="Gauge: requests in the queue.")
    iterations: str | None = Field(None, description="Counter: steps of the engine; the heartbeat.")
    finished: str | None = Field(None, description="Counter: requests completed.")
    generated_tokens: str | None = Field(None, description="Counter: tokens generated.")
    kv_cache_usage: str | None = Field(None, description="Gauge: part of the KV cache in use, 0 to 1.")
    first_token: str | None = Field(None, description="Histogram: seconds until the first token, without `_bucket`.")
    latency: str | None = Field(None, description="Histogram: seconds a request takes, without `_bucket`.")


class Engine(Model):
    """A serving engine: what its container needs, listens on and answers."""

    image: Image | None = Field(None, description="Image, where there is one that most people use.")
    images: dict[ImageArchitecture, Image] = Field({}, description="Images by architecture of the host.")
    ports: dict[PortName, Port] = Field({}, description="Ports by name; the first is the one probed and served.")
    probes: Probes = Field(Probes(), description="Its probe. Without a path: whether the port accepts connections.")
    startup: Duration = Field("5m", description="Worst-case time until it answers, unless the workload sets one.")
    requests: Amounts = Field(Amounts(), description="Requests and limits of CPU and main memory.")
    shared_memory: Quantity | None = Field(None, description="Size of /dev/shm; containers get 64 MiB otherwise.")
    env: dict[EnvName, str] = Field({}, description="Environment that must be set.")
    secret_env: list[EnvName] = Field([], description="Environment variables that hold secrets.")
    cache_directory: AbsolutePath | None = Field(
        None, description="Where it keeps downloaded models; lost with the pod unless something is mounted there."
    )
    spreads_unevenly: bool = Field(
        default=False, description="Fills cards of different size one after the other, instead of evenly."
    )
    capabilities: list[Capability] = Field(
        [], description="Linux capabilities its image needs to start; all others are dropped."
    )
    metrics: Metrics | None = Field(None, description="Where Prometheus finds its metrics; absent: it has none.")
    metric_names: MetricNames = Field(MetricNames(), description="Names of the metrics that matter.")
    canary: Canary | None = Field(
        None, description="A request for real work, for engines without metrics; `{model}` is the model's id."
    )
    memory_flags: MemoryFlags = Field(MemoryFlags(), description="How it is given its part of a card's memory.")
    profiles_free_memory: bool = Field(
        default=False, description="Measures free memory when it starts, so two must not start on a card at once."
    )
    overhead: Quantity = Field(
        "1536Mi", description="GPU memory beside weights and KV cache, on each card: context, activations, graphs."
    )
    entrypoint_swallows_arguments: bool = Field(
        default=False, description="The image's entry point doesn't pass arguments on, so it needs a `command`."
    )
    model_flag: Annotated[str, _template("id")] | None = Field(None, description="Flag for the model.")
    model_env: EnvName | None = Field(None, description="Environment variable for the model.")
    quantization_flag: Annotated[str, _template("name")] | None = Field(
        None, description="Flag for the quantisation, where the checkpoint doesn't show it."
    )
    kv_type_flag: Annotated[str, _template("type")] | None = Field(None, description="Flag for the KV cache's type.")
    context_flag: Annotated[str, _template("tokens")] | None = Field(None, description="Flag for the context.")
    context_env: EnvName | None = Field(None, description="Environment variable for the context.")
    tensor_parallel_flag: Annotated[str, _template("count")] | None = Field(
        None, description="Flag for the number of cards that a model is spread over."
    )


class ModelFacts(Model):
    """The architecture of an open model, as in its config.json: enough to compute its memory.

    Without `layers` and `kvHeads` it keeps no KV cache: encoders, diffusion.
    """

    kind: Literal["text", "embedding", "speech", "diffusion"] = Field("text", description="What kind of model it is.")
    parameters: Annotated[float, Field(gt=0)] = Field(description="Parameters in all, in billions.")
    embedding_parameters: Billions = Field(
        0,
        description="Of these, in billions, those that quantised checkpoints keep in 16 bits: the embedding, a head "
        "of its own, a vision tower.",
    )
    layers: Count = Field(0, description="Layers that keep keys and values.")
    attention_heads: Count = Field(0, description="Heads of queries; cards that share the model must divide them.")
    kv_heads: Count = Field(0, description="Heads of keys and values; with GQA fewer than of queries.")
    head_dim: Count = Field(0, description="Numbers in a key or value of one head.")
    max_context: Count = Field(0, description="Longest context, in tokens.")
    sliding_window: Annotated[int, Field(ge=1)] | None = Field(
        None, description="Tokens that sliding-window layers look back."
    )
    sliding_layers: Count = Field(0, description="How many of the layers use the sliding window.")
    native_quantization: str | None = Field(None, description="Quantisation it is published in; otherwise 16 bits.")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.embedding_parameters > self.parameters:
            raise ValueError("embeddingParameters is more than parameters")
        if self.sliding_layers > self.layers:
            raise ValueError("slidingLayers is more than layers")
        if (self.sliding_window is None) != (self.sliding_layers == 0):
            raise ValueError("slidingWindow and slidingLayers go together")
        if len({bool(part) for part in (self.layers, self.kv_heads, self.head_dim)}) > 1:
            raise ValueError("layers, kvHeads and headDim go together")
        if self.kv_heads and self.attention_heads % self.kv_heads:
            raise ValueError("attentionHeads is not a multiple of kvHeads")
        return self


class ImageFacts(Model):
    """A public image: where it can run."""

    architectures: list[ImageArchitecture] = Field(
        ["amd64", "arm64"], min_length=1, description="Architectures it is built for."
    )
    ngc: bool = Field(default=False, description="NVIDIA's entry point: needs an explicit `command`.")
    minimum_compute_capability: Version | None = Field(None, description="Oldest card it has code for.")
