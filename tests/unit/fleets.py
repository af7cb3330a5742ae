"""Small fleets for tests, as a person would type them."""

from __future__ import annotations

import json
from typing import Any

import yaml

from pyfleet.checks.registry import Check, Finding
from pyfleet.model.fleet import Fleet
from pyfleet.offers.model import fleet_model
from pyfleet.parts import PARTS
from pyfleet.pipeline import plan, resolve
from pyfleet.planning.types.whole import Plan
from pyfleet.rendering import render
from pyfleet.resolved import Resolved

MODEL = fleet_model(PARTS)
CLUSTER: dict[str, Any] = {"name": "lab", "domain": "lab.example", "k3s": {"tokenFile": "/run/secrets/k3s-token"}}


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
    return objects_in(render(planned(text)), f"kubernetes/{folder}")


def objects_in(tree: dict[str, str], folder: str) -> list[dict[str, Any]]:
    """Read the objects in one folder of a rendered tree, or below it."""
    return [
        yaml.safe_load(body)
        for path, body in tree.items()
        if path.startswith(f"{folder}/") and not path.endswith("/kustomization.yaml")
    ]


def named(bodies: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Name objects by kind and name, as in `Service/vllm`."""
    return {f"{body['kind']}/{body['metadata']['name']}": body for body in bodies}


def values_of(chart: str, text: str) -> dict[str, Any]:
    """Find the values that a chart is installed with in a fleet of these parts."""
    return next(each.values for each in resolved(text).charts if each.name == chart)


def findings(check: Check, text: str, files: dict[str, str] | None = None) -> list[Finding]:
    """Run one check on a fleet of these parts; `files` are the texts of those that its `manifests` name."""
    made = fleet(text)
    made._manifest_files = files or {}  # noqa: SLF001 - `load` reads them
    if check.needs == "fleet":
        return list(check.find(resolve(made)))
    whole = plan(made)
    return list(check.find(whole.resolved, whole))


def panels(text: str, dashboard: str) -> list[dict[str, Any]]:
    """Read the panels of one of Grafana's dashboards of a fleet of these parts."""
    (shown,) = named(objects(text, "platform/monitoring"))[f"ConfigMap/dashboard-{dashboard}"]["data"].values()
    found: list[dict[str, Any]] = json.loads(shown)["panels"]
    return found


def queries(text: str, dashboard: str) -> str:
    """Put all PromQL of a dashboard together."""
    return "\n".join(target["expr"] for panel in panels(text, dashboard) for target in panel["targets"])
