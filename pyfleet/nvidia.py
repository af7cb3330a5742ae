"""NVIDIA's names and facts, each in this one place: resources, labels, runtimes and images."""

from __future__ import annotations

DOMAIN = "nvidia.com/"
"""Domain of NVIDIA's resources and labels."""
GPU_RESOURCE = "nvidia.com/gpu"
"""The device plugin's resource. GPU nodes are tainted with a key of the same name."""
GPU_TOLERATION: dict[str, str] = {"key": GPU_RESOURCE, "operator": "Exists", "effect": "NoSchedule"}
"""Toleration of that taint, which every pod with a card has, and every pod that serves cards."""
GPU_METRIC = "nvidia_com_gpu"
"""The same, as kube-state-metrics spells it."""

GPU_PRESENT = "nvidia.com/gpu.present"
DEVICE_PLUGIN_CONFIG = "nvidia.com/device-plugin.config"
"""Label by which a node chooses the device plugin's configuration."""
MPS_CAPABLE = "nvidia.com/mps.capable"
"""Label that the MPS daemon selects its nodes by. GPU feature discovery, which isn't installed, would set it."""
DISCOVERED = ("nvidia.com/gpu.memory", "nvidia.com/gpu.product", "nvidia.com/gpu.count")
"""Labels of GPU feature discovery. In a host with unlike cards they describe one, and not always the same one."""
MADE_BY_PLUGIN = ("nvidia.com/gpu", "nvidia.com/gpu.shared", "nvidia.com/mig-")
"""Resources that the device plugin makes; the last is a prefix."""

RUNTIMES: dict[str, str] = {"nixos": "nvidia-cdi", "linux": "nvidia"}
"""RuntimeClass by operating system: the runtime that k3s finds on the host's PATH. On NixOS only the `.cdi` flavour
works: the others look for libraries and ldconfig where NixOS has none (nixpkgs#278969)."""
RUNTIME_OF_K3S = "nvidia"
"""k3s makes this RuntimeClass by itself, but none for the `nvidia-cdi` handler that it finds."""
DEVICE_ID_STRATEGY = {"nvidia-cdi": "index", "nvidia": "uuid"}
"""How the device plugin names cards, by RuntimeClass: as CDI does. On NixOS the toolkit names CDI devices by index;
elsewhere the plugin's default is right ("unresolvable CDI devices nvidia.com/gpu=GPU-...")."""
VISIBLE_DEVICES = "NVIDIA_VISIBLE_DEVICES"
DRIVER_CAPABILITIES = "NVIDIA_DRIVER_CAPABILITIES"

DEVICE_CLASS = "gpu.nvidia.com"
"""DeviceClass of the cards that Dynamic Resource Allocation gives out."""
DEVICES_QUOTA = f"{DEVICE_CLASS}.deviceclass.resource.k8s.io/devices"
"""Key of a ResourceQuota for claimed cards, which `requests.nvidia.com/gpu` doesn't count."""

DEVICE_PLUGIN_IMAGE = "nvcr.io/nvidia/k8s-device-plugin"
DEVICE_PLUGIN_VERSION = "v0.20.0"
PLUGIN_CONFIG_MAP = "nvidia-device-plugin"
"""ConfigMap of the plugin's configurations; the GPU operator's plugin reads it too."""
MPS_ROOT = "/run/nvidia/mps"
"""Directory of the host in which MPS keeps pipes, logs and shared memory."""
MPS_CLIENTS_BEFORE_TURING = 16
TURING = (7, 5)
"""Compute capability."""
DCGM_IMAGE = "nvcr.io/nvidia/k8s/dcgm-exporter:4.5.3-4.8.2-distroless"
"""Image for amd64 and arm64."""
DCGM_OPERATOR_CONFIG = "dcgm-exporter-fields"
"""ConfigMap that the GPU operator's exporter reads its fields from."""
NIXOS_CDI_HOOK = "/run/current-system/sw/bin/nvidia-cdi-hook"
"""Path of the host's own CDI hook; the DRA driver's hook is linked against /lib64, which NixOS lacks."""
