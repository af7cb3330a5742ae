"""In what order a tree is applied, and that every tree can be."""

from __future__ import annotations

import yaml

from pyfleet.rendering import render
from pyfleet.rendering.kubernetes.order import SORT_OPTIONS
from tests.unit.fleets import named, objects_in, planned

EMPTY = "hosts: {box: {role: server, address: 10.0.0.1}}\n"


def test_the_tree_says_in_what_order_it_is_applied() -> None:
    tree = yaml.safe_load(render(planned(EMPTY))["kubernetes/kustomization.yaml"])

    assert tree["sortOptions"] == SORT_OPTIONS


def test_what_pods_need_to_be_made_comes_before_whatever_has_pods() -> None:
    """What isn't in the list comes after it. By itself kustomize has RuntimeClasses there."""
    order = SORT_OPTIONS["legacySortOptions"]["orderFirst"]

    assert order[0] == "Namespace"
    for kind in (
        "ServiceAccount",
        "RoleBinding",
        "ConfigMap",
        "RuntimeClass",
        "PriorityClass",
        "ResourceClaimTemplate",
    ):
        assert kind in order
    for kind in ("Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "LeaderWorkerSet"):
        assert kind not in order
    assert order.index("Role") < order.index("RoleBinding")
    assert order.index("ClusterSecretStore") < order.index("ExternalSecret")


def test_a_fleet_that_runs_nothing_has_an_object_to_apply() -> None:
    """`kubectl apply -k` ends with 1 where there is none."""
    (identity,) = named(objects_in(render(planned(EMPTY)), "kubernetes")).values()

    assert (identity["kind"], identity["metadata"]["namespace"]) == ("ConfigMap", "kube-public")
    assert identity["data"] == {"cluster": "lab", "domain": "lab.example"}
