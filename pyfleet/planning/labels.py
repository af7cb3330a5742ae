"""Node labels: the user's, and those that follow from the host's GPUs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pyfleet.model.catalog import GpuProduct
    from pyfleet.model.hosts import Host

INSTANCE_TYPE = "node.kubernetes.io/instance-type"
HOSTNAME = "kubernetes.io/hostname"
GPU_PRESENT = "nvidia.com/gpu.present"
DEVICE_PLUGIN_CONFIG = "nvidia.com/device-plugin.config"

# The runtime that k3s finds on the host's PATH. On NixOS only the `.cdi` flavour works: the others look for
# libraries and ldconfig where NixOS has none (nixpkgs#278969).
_RUNTIMES = {"nixos": "nvidia-cdi", "linux": "nvidia"}


def runtime_class_of(host: Host) -> str:
    """Name the RuntimeClass (and containerd handler) of a host's GPU pods."""
    return _RUNTIMES[host.os]


def device_plugin_config_of(host: Host) -> str:
    """Name the device plugin's configuration for a host."""
    if host.sharing is None:
        return "default"
    return f"mps-{host.sharing.mps}" if host.sharing.mps else f"time-slicing-{host.sharing.time_slicing}"


def replicas_of(host: Host) -> int:
    """Count the pods that each card of a host may serve."""
    return (host.sharing.time_slicing or host.sharing.mps or 1) if host.sharing else 1


def with_domain(labels: Mapping[str, str], domain: str) -> dict[str, str]:
    """Give keys without a prefix the fleet's domain."""
    return {key if "/" in key else f"{domain}/{key}": value for key, value in labels.items()}


def derived_labels(host: Host, products: Sequence[GpuProduct], domain: str) -> dict[str, str]:
    """Labels that follow from the host; nobody types them, so they can't be wrong (one said 28 for 32 GiB)."""
    labels = {INSTANCE_TYPE: host.instance_type} if host.instance_type else {}
    if not products:
        return labels
    own = {
        "gpu-count": str(len(products)),
        "gpu-runtime": runtime_class_of(host),
        **{f"has-{label}": "true" for label in sorted({product.label for product in products})},
        "homogeneous": "true" if len({product.product for product in products}) == 1 else "false",
        "vram-total": str(sum(product.memory for product in products)),
    }
    return {
        **with_domain(own, domain),
        **labels,
        DEVICE_PLUGIN_CONFIG: device_plugin_config_of(host),
        GPU_PRESENT: "true",
    }


def node_labels(host: Host, products: Sequence[GpuProduct], domain: str) -> dict[str, str]:
    """All labels of a host, in order of their keys."""
    labels = {**with_domain(host.labels, domain), **derived_labels(host, products, domain)}
    return dict(sorted(labels.items()))
