"""What `pyfleet plan` shows of hosts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from pyfleet.cli import cli

FLEET = """
cluster: {name: lab, domain: lab.example, k3s: {tokenFile: /run/secrets/k3s-token, disable: [traefik, metrics-server]}}
hosts:
  box: {role: server, address: 10.0.0.1}
  spark:
    address: 10.0.0.2
    os: linux
    system: aarch64-linux
    gpus: [gb10]
    cpus: 20
    memory: 119Gi
workloads:
  llm: {image: a/b:1, gpu: {memory: 40Gi}, resources: {requests: {cpu: "2", memory: 6Gi}}}
  web: {image: a/b:1, host: spark, resources: {requests: {cpu: 250m}}}
"""


@pytest.fixture
def fleet(tmp_path: Path) -> str:
    path = tmp_path / "fleet.yaml"
    path.write_text(FLEET)
    return str(path)


def test_what_is_requested_of_each_host_stands_beside_what_it_has(fleet: str) -> None:
    lines = CliRunner().invoke(cli, ["plan", fleet]).stdout.splitlines()
    start = next(number for number, line in enumerate(lines) if line.split()[:2] == ["HOST", "CPU"])

    assert [line.split() for line in lines[start : start + 3]] == [
        ["HOST", "CPU", "OF", "MEMORY", "OF", "PODS", "OF", "RUNS", "ALWAYS"],
        ["box", "0.1", "-", "0.1", "-", "2", "110", "-"],
        ["spark", "2.27", "20", "46.6", "(GPU", "40.0)", "119.0", "3", "110", "web,", "llm"],
    ]


def test_the_same_is_in_json(fleet: str) -> None:
    hosts = json.loads(CliRunner().invoke(cli, ["plan", fleet, "--json"]).stdout)["hosts"]

    assert hosts[0]["cpuMillicores"] == {"requested": 100, "allocatable": None}
    assert hosts[1] == {
        "host": "spark",
        "cpuMillicores": {"requested": 2270, "allocatable": 20000},
        "memoryMiB": {
            "requested": 6 * 1024 + 512 + 128,
            "plannedAsGpuMemory": 40 * 1024,
            "allocatable": 119 * 1024,
        },
        "pods": {"requested": 3, "allocatable": 110},
        "workloads": ["web", "llm"],
    }
