"""Small fleets for tests, as a person would type them."""

from __future__ import annotations

from typing import Any

import yaml

from pyfleet.model.fleet import Fleet

CLUSTER = {"name": "lab", "domain": "lab.example", "k3s": {"tokenFile": "/run/secrets/k3s-token"}}


def fleet(text: str) -> Fleet:
    """Make a fleet of the YAML of its parts; the cluster is the same in all, unless the text has its own."""
    return Fleet.model_validate({"cluster": CLUSTER, **yaml.safe_load(text)})


def fleet_of_cards(hosts: dict[str, list[str]], workloads: dict[str, dict[str, Any]]) -> Fleet:
    """Make a fleet of hosts by their cards, and workloads."""
    return Fleet.model_validate(
        {
            "cluster": CLUSTER,
            "hosts": {
                name: {"role": "server", "address": f"10.0.0.{number}", "gpus": cards}
                for number, (name, cards) in enumerate(hosts.items(), start=1)
            },
            "workloads": {name: {"image": "a/b:1", **workload} for name, workload in workloads.items()},
        }
    )
