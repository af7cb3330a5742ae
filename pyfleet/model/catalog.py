"""What is known of GPUs, serving engines and charts: entries of catalog/*.yaml, and a fleet's own."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from pyfleet.model.base import CatalogName, Duration, EnvName, Image, LabelValue, Model, Port, Quantity
from pyfleet.model.platform import Chart
from pyfleet.model.workloads import Amounts, Probes

Architecture = Literal["pascal", "volta", "turing", "ampere", "ada-lovelace", "hopper", "blackwell"]
Capability = Literal[
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "IPC_LOCK",
    "KILL",
    "NET_BIND_SERVICE",
    "SETGID",
    "SETUID",
    "SYS_PTRACE",
]


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
    unified: bool = Field(default=False, description="Shares main memory with the CPU.")
    driver: str = Field(
        "stable",
        pattern=r"^[a-z0-9_]+$",
        description="Attribute of nixpkgs' nvidiaPackages: the last driver branch, for cards that newer ones dropped.",
    )


class Engine(Model):
    """A serving engine: what its container needs, listens on and answers."""

    image: Image | None = Field(None, description="Image, where there is one that most people use.")
    ports: dict[str, Port] = Field({}, description="Ports by name; the first is the one probed and served.")
    probes: Probes = Field(Probes(), description="How it tells that it works. Without a path: the port accepts.")
    startup: Duration = Field("5m", description="Worst-case time until it answers, where the workload doesn't say.")
    requests: Amounts = Field(Amounts(), description="What it needs of the host.")
    shared_memory: Quantity | None = Field(None, description="Size of /dev/shm; containers get 64 MiB otherwise.")
    env: dict[EnvName, str] = Field({}, description="Environment that must be set.")
    spreads_unevenly: bool = Field(
        default=False, description="Fills cards of different size one after the other, instead of evenly."
    )
    capabilities: list[Capability] = Field(
        [], description="Linux capabilities its image needs to start; all others are dropped."
    )


class Catalog(Model):
    """All entries, by name."""

    gpus: dict[CatalogName, GpuProduct]
    engines: dict[CatalogName, Engine]
    charts: dict[CatalogName, Chart]
