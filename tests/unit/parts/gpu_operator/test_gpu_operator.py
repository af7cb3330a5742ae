"""What NVIDIA's GPU operator is given."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.fleets import values_of

SPARK = "os: linux, system: aarch64-linux, gpus: [gb10]"


def values(host: str = SPARK, platform: str = "") -> dict[str, Any]:
    hosts = f"first: {{role: server, address: 10.0.0.1}}, box: {{address: 10.0.0.2, {host}}}"
    return values_of("gpu-operator", f"hosts: {{{hosts}}}\nplatform: {{gpu: {{operator: {{}}}}, {platform}}}")


def test_it_installs_neither_driver_nor_toolkit() -> None:
    """One fleet's operator tried to build a driver on a DGX Spark, which has NVIDIA's own."""
    assert (values()["driver"], values()["toolkit"]) == ({"enabled": False}, {"enabled": False})


@pytest.mark.parametrize(("system", "runtime"), [("linux", "nvidia"), ("nixos", "nvidia-cdi")])
def test_its_pods_have_the_runtime_of_the_hosts(system: str, runtime: str) -> None:
    assert values(f"os: {system}, gpus: [rtx-4090]")["operator"] == {"runtimeClass": runtime}


def test_it_runs_its_exporter_with_the_fleets_fields_where_somebody_reads_them() -> None:
    shared = f"{SPARK}, sharing: {{timeSlicing: 2}}"
    prometheus = "monitoring: {prometheus: {}}"
    ours = {"config": {"name": "dcgm-exporter-fields"}, "serviceMonitor": {"enabled": False}}

    assert "dcgmExporter" not in values()
    assert values(platform=prometheus)["dcgmExporter"] == ours
    assert values(shared, prometheus)["dcgmExporter"] == {
        **ours,
        "env": [{"name": "KUBERNETES_VIRTUAL_GPUS", "value": "true"}],
    }
