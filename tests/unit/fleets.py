"""Small fleets for tests, as a person would type them."""

from __future__ import annotations

from typing import Any

import yaml

from pyfleet.model.fleet import Fleet
from pyfleet.offers.model import fleet_model
from pyfleet.parts import PARTS
from pyfleet.pipeline import plan, resolve
from pyfleet.planning.types.whole import Plan
from pyfleet.rendering import render
from pyfleet.resolved import Resolved

MODEL = fleet_model(PARTS)
CLUSTER = {"name": "lab", "domain": "lab.example", "k3s": {"tokenFile": "/run/secrets/k3s-token"}}


def fleet(text: str) -> Fleet:
    """Make a fleet of the YAML of its parts; the cluster is the same in all, unless the text has its own."""
    return MODEL.model_validate({"cluster": CLUSTER, **yaml.safe_load(text)})


def fleet_of_cards(hosts: dict[str, list[str]], workloads: dict[str, dict[str, Any]]) -> Fleet:
    """Make a fleet of hosts by their cards, and workloads."""
    return MODEL.model_validate(
        {
            "cluster": CLUSTER,
            "hosts": {
                name: {"role": "server", "address": f"10.0.0.{number}", "gpus": cards}
                for number, (name, cards) in enumerate(hosts.items(), start=1)
            },
            "workloads": {name: {"image": "a/b:1", **workload} for name, workload in workloads.items()},
        }
    )


def resolved(text: str) -> Resolved:
    """Look up what a fleet of these parts refers to."""
    return resolve(fleet(text))


def planned(text: str) -> Plan:
    """Plan a fleet of these parts."""
    return plan(fleet(text))


def objects(text: str, folder: str) -> list[dict[str, Any]]:
    """Render a fleet of these parts; give the objects in one folder of its manifests, such as `platform/metallb`."""
    prefix = f"kubernetes/{folder}/"
    tree = render(planned(text))
    return [
        yaml.safe_load(body)
        for path, body in tree.items()
        if path.startswith(prefix) and not path.endswith("/kustomization.yaml")
    ]
