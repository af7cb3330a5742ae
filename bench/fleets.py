"""Synthetic fleets of any size, the same at each run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from pathlib import Path

SERVERS = 3
CARDS = ["rtx-4090"] * 8


def write_fleet(path: Path, *, hosts: int, workloads: int) -> None:
    """Write the fleet file of a synthetic fleet."""
    fleet = synthetic_fleet(hosts=hosts, workloads=workloads)
    path.write_text(yaml.safe_dump(fleet, sort_keys=False))


def plain_fleet(*, hosts: int, workloads: int) -> dict[str, Any]:
    """Make the content of a fleet file whose workloads have a Deployment and a Service, and no platform around them."""
    fleet = synthetic_fleet(hosts=hosts, workloads=workloads)
    del fleet["platform"]
    for workload in fleet["workloads"].values():
        del workload["secrets"], workload["expose"]
        workload["cache"] = {"hostPath": "/var/cache/models"}
    return fleet


def synthetic_fleet(*, hosts: int, workloads: int) -> dict[str, Any]:
    """Make the content of a fleet file: hosts alike, workloads alike, one card a workload.

    Each workload has all that a workload can have around it: a name, a certificate, a secret, metrics, alerts.
    """
    return {
        "cluster": {
            "name": "bench",
            "domain": "bench.example",
            "k3s": {"tokenFile": "/run/secrets/k3s-token", "disable": ["traefik"]},
        },
        "hosts": {f"host-{number:04}": _host(number) for number in range(hosts)},
        "storage": {
            "models": {
                "nfs": {"server": "192.168.0.1", "path": "/srv/models"},
                "size": "2Ti",
                "access": "ReadOnlyMany",
            },
        },
        "priorities": {"high": 100000, "low": 1000},
        "platform": {
            "gitops": {"argocd": {"repo": "https://git.example/fleet.git"}},
            "loadBalancer": {"metallb": {"pools": {"lan": "10.200.0.10-10.200.0.250"}}},
            "ingress": {"domain": "bench.example"},
            "certificates": {"certManager": {}},
            "secrets": {
                "externalSecrets": {"vault": {"server": "https://10.200.0.1:8200", "roleId": "bench"}},
                "manual": ["vault-approle"],
            },
            "monitoring": {"prometheus": {}},
        },
        "workloads": {f"model-{number:04}": _workload(number) for number in range(workloads)},
    }


def _host(number: int) -> dict[str, Any]:
    return {
        "role": "server" if number < SERVERS else "agent",
        "address": f"10.0.{number // 250}.{number % 250 + 1}",
        "gpus": CARDS,
        "cpus": 64,
        "memory": "512Gi",
        "labels": {"rack": f"rack-{number // 10}"},
    }


def _workload(number: int) -> dict[str, Any]:
    return {
        "namespace": f"team-{number % 5}",
        "engine": "vllm",
        "image": "vllm/vllm-openai:v0.11.0",
        "args": ["--model=/models/example"],
        "gpu": {"count": 1},
        "priority": "high" if number % 2 else "low",
        "resources": {"requests": {"cpu": "4", "memory": "16Gi"}, "limits": {"memory": "32Gi"}},
        "volumes": {"/models": "models"},
        "env": {"VLLM_LOGGING_LEVEL": "WARNING"},
        "secrets": {"HF_TOKEN": "hf-token/token"},
        "expose": {"ingress": True},
    }
