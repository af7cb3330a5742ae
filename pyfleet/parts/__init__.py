"""The parts of the platform: one folder each, which offers one `part`. This list is the only place that names them."""

from __future__ import annotations

from pyfleet.parts import (
    alerts,
    argocd,
    canaries,
    cert_manager,
    dashboards,
    dcgm,
    device_plugin,
    dra_driver,
    external_secrets,
    gpu_operator,
    helm,
    keda,
    kube_vip,
    kueue,
    leader_worker_set,
    metallb,
    monitoring,
    secret_files,
    traefik,
    tunnel,
)

PARTS = (
    gpu_operator.part,
    device_plugin.part,
    dra_driver.part,
    helm.part,
    kueue.part,
    metallb.part,
    cert_manager.part,
    keda.part,
    traefik.part,
    external_secrets.part,
    secret_files.part,
    monitoring.part,
    canaries.part,
    alerts.part,
    dashboards.part,
    dcgm.part,
    tunnel.part,
    argocd.part,
    leader_worker_set.part,
    kube_vip.part,
)
"""The order in which their manifests are listed, and their objects in the folders of workloads."""
