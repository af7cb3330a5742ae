"""The parts of the platform: one folder each, which offers one `part`. This list is the only place that names them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyfleet.offers.part import Part

# In this order their manifests are listed, and their objects stand in the folders of workloads.
NAMES = (
    "gpu_operator",
    "device_plugin",
    "dra_driver",
    "helm",
    "kueue",
    "metallb",
    "cert_manager",
    "keda",
    "traefik",
    "external_secrets",
    "secret_files",
    "monitoring",
    "canaries",
    "alerts",
    "dashboards",
    "dcgm",
    "tunnel",
    "argocd",
    "leader_worker_set",
    "kube_vip",
)


def _part(name: str) -> Part:
    part: Part = import_module(f"{__name__}.{name}").part
    return part


PARTS = tuple(_part(name) for name in NAMES)
