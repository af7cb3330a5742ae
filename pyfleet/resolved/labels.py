"""Node labels: the user's, and those that follow from the host's GPUs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pyfleet.digest import shortened
from pyfleet.nvidia import DEVICE_PLUGIN_CONFIG, GPU_PRESENT, MPS_CAPABLE, RUNTIMES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pyfleet.model.catalog import GpuProduct
    from pyfleet.model.hosts import Host

INSTANCE_TYPE = "node.kubernetes.io/instance-type"
HOSTNAME = "kubernetes.io/hostname"
ARCH = "kubernetes.io/arch"
OS = "kubernetes.io/os"
GPU_ALLOCATION = "gpu-allocation"
"""The fleet's own label on hosts whose cards are given out by Dynamic Resource Allocation."""
GPU_CARDS = "gpu-cards"
"""The fleet's own label that names all kinds of cards of a host: one key for every host, unlike `has-<card>`."""
GPU_RUNTIME = "gpu-runtime"
HOMOGENEOUS = "homogeneous"
NOT_SHARED = "default"
"""The device plugin's configuration of hosts whose cards are given whole."""
_LABEL_LENGTH = 63

_ARCHITECTURES: dict[str, Literal["amd64", "arm64"]] = {"x86_64-linux": "amd64", "aarch64-linux": "arm64"}


def architecture_of(host: Host) -> Literal["amd64", "arm64"]:
    """Name a host's architecture as Kubernetes and images do."""
    return _ARCHITECTURES[host.system]


def is_dra(host: Host) -> bool:
    """Whether a host's cards are given out by Dynamic Resource Allocation, not by the device plugin."""
    return host.allocation == "dra"


def runtime_class_of(host: Host) -> str | None:
    """Name the RuntimeClass (and containerd handler) of a host's GPU pods.

    There is none where cards are given by DRA: containerd itself adds the claimed ones, and NVIDIA's runtime would add
    all the others too, because most images set NVIDIA_VISIBLE_DEVICES=all.
    """
    return None if is_dra(host) else RUNTIMES[host.os]


def device_plugin_config_of(host: Host) -> str:
    """Name the device plugin's configuration for a host."""
    if host.sharing is None:
        return NOT_SHARED
    return f"mps-{host.sharing.mps}" if host.sharing.mps else f"time-slicing-{host.sharing.time_slicing}"


def replicas_of(host: Host) -> int:
    """Count the pods that each card of a host may serve."""
    return (host.sharing.time_slicing or host.sharing.mps or 1) if host.sharing else 1


def with_domain(labels: Mapping[str, str], domain: str) -> dict[str, str]:
    """Give keys without a prefix the fleet's domain."""
    return {key if "/" in key else f"{domain}/{key}": value for key, value in labels.items()}


def derived_labels(host: Host, products: Sequence[GpuProduct], domain: str) -> dict[str, str]:
    """Labels that follow from the host; nobody types them, so they can't be wrong (one was 28 for 32 GiB)."""
    labels = {INSTANCE_TYPE: host.instance_type} if host.instance_type else {}
    if not products:
        return labels
    own = {
        GPU_CARDS: _kinds_of_cards(host),
        "gpu-count": str(len(products)),
        **{f"has-{label}": "true" for label in sorted({product.label for product in products})},
        HOMOGENEOUS: "true" if len({product.product for product in products}) == 1 else "false",
        "vram-total": str(sum(product.memory for product in products)),
    }
    runtime = runtime_class_of(host)
    if runtime is None:
        # No label of a runtime or a configuration: the device plugin's DaemonSets select by these, so they stay away.
        return {**with_domain({**own, GPU_ALLOCATION: "dra"}, domain), **labels, GPU_PRESENT: "true"}
    mps = {MPS_CAPABLE: "true"} if host.sharing and host.sharing.mps else {}
    return {
        **with_domain({**own, GPU_RUNTIME: runtime}, domain),
        **labels,
        **mps,
        DEVICE_PLUGIN_CONFIG: device_plugin_config_of(host),
        GPU_PRESENT: "true",
    }


def _kinds_of_cards(host: Host) -> str:
    """Name the kinds of cards of a host; what is too long for a label's value ends in a digest."""
    return shortened(".".join(sorted(set(host.gpus))), _LABEL_LENGTH)


def class_labels(labels: Mapping[str, str], domain: str) -> dict[str, str]:
    """Choose, of a host's labels, those by which hosts with the same kinds of cards, given out alike, are known.

    Every host whose cards the device plugin gives out has all of these keys, so another host adds none.
    """
    keys = (f"{domain}/{GPU_CARDS}", f"{domain}/{GPU_RUNTIME}", DEVICE_PLUGIN_CONFIG)
    return {key: labels[key] for key in keys}


def node_labels(host: Host, products: Sequence[GpuProduct], domain: str) -> dict[str, str]:
    """All labels of a host, in order of their keys."""
    labels = {**with_domain(host.labels, domain), **derived_labels(host, products, domain)}
    return dict(sorted(labels.items()))
