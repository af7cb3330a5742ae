"""Which fleet a cluster runs; and that every tree has an object."""

from __future__ import annotations

from pyfleet.rendering import render
from tests.unit.fleets import named, objects_in, planned


def test_a_fleet_that_runs_nothing_has_an_object_to_apply() -> None:
    """`kubectl apply -k` ends with 1 where there is none."""
    tree = render(planned("hosts: {box: {role: server, address: 10.0.0.1}}\n"))
    (identity,) = named(objects_in(tree, "kubernetes")).values()

    assert (identity["kind"], identity["metadata"]["namespace"]) == ("ConfigMap", "kube-public")
    assert identity["data"] == {"cluster": "lab", "domain": "lab.example"}
