"""One machine of the fleet."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from pyfleet.model.base import (
    AbsolutePath,
    CatalogName,
    DnsLabel,
    Flag,
    Interface,
    Ipv4,
    Ipv4OrNetwork,
    LabelKey,
    LabelValue,
    Model,
    Port,
    Quantity,
    Taint,
)


class Sharing(Model):
    """How the host's cards are shared: one of the two. The device plugin has one setting for all cards of a host."""

    time_slicing: Annotated[int, Field(ge=2, le=64)] | None = Field(
        None, description="Pods a card may serve in turns. The plugin refuses fewer than 2."
    )
    mps: Annotated[int, Field(ge=2, le=48)] | None = Field(
        None, description="Pods a card may serve at once, through NVIDIA's Multi-Process Service."
    )


def _one_way_of_sharing(sharing: Sharing) -> Sharing:
    if (sharing.time_slicing is None) == (sharing.mps is None):
        raise ValueError("set exactly one of `timeSlicing` and `mps`")
    return sharing


OneSharing = Annotated[Sharing, AfterValidator(_one_way_of_sharing)]


class OpenPorts(Model):
    """Ports that a host opens to everybody, for what runs beside Kubernetes."""

    tcp: list[Port] = Field([], description="TCP ports.")
    udp: list[Port] = Field([], description="UDP ports.")


class LoopbackService(Model):
    """Something that listens on 127.0.0.1 and can't be configured otherwise."""

    port: Port = Field(description="Port it listens on.")
    publish: Port = Field(description="Port of the host's address, passed on to it.")
    sources: list[Ipv4OrNetwork] = Field(
        [], alias="from", description="Networks that may connect, besides the fleet's hosts and pods."
    )


class Host(Model):
    """A machine. What follows from its GPUs (labels, driver, runtime) is derived, never typed."""

    role: Literal["server", "agent"] = Field("agent", description="Server of the control plane, or agent.")
    address: Ipv4 = Field(description="The host's address in the cluster's network.")
    os: Literal["nixos", "linux"] = Field(
        "nixos", description="`linux`: not NixOS; gets a config.yaml for k3s instead of NixOS modules."
    )
    system: Literal["x86_64-linux", "aarch64-linux"] = Field("x86_64-linux", description="Nix system.")
    gpus: list[CatalogName] = Field([], description="Its cards by catalog name, in the order of nvidia-smi.")
    cpus: Annotated[int, Field(ge=1, le=4096)] | None = Field(
        None, description="Hardware threads; where stated, all requests have to fit."
    )
    memory: Quantity | None = Field(None, description="Main memory; where stated, all requests have to fit.")
    disk: Quantity | None = Field(None, description="Size of the file system of /var/lib/kubelet: ephemeral storage.")
    instance_type: LabelValue | None = Field(
        None, description="What the machine is, for the label node.kubernetes.io/instance-type."
    )
    labels: dict[LabelKey, LabelValue] = Field({}, description="Further node labels.")
    taints: list[Taint] = Field([], description="Node taints; what names the host tolerates them.")
    interface: Interface | None = Field(None, description="Interface of `address`, where it isn't the default one.")
    data_dir: AbsolutePath | None = Field(
        None, description="Directory on another disk that holds k3s' images and data (NixOS only)."
    )
    sharing: OneSharing | None = Field(None, description="How its cards are shared.")
    allocation: Literal["device-plugin", "dra"] = Field(
        "device-plugin",
        description="How its cards are given to pods; `dra` (Dynamic Resource Allocation) can tell unlike cards apart.",
    )
    open_ports: OpenPorts = Field(OpenPorts(), description="Ports opened to everybody, beside what k3s needs.")
    loopback: dict[DnsLabel, LoopbackService] = Field(
        {}, description="Services of the host that listen on 127.0.0.1 only, published on its address."
    )
    extra_flags: list[Flag] = Field([], description="Flags for k3s on this host, appended last.")
