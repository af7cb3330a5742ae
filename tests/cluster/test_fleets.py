"""A real API server and scheduler judge every fleet: what is rendered is accepted, and runs where the plan says."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tests.cluster.fleets import warnings
from tests.cluster.pods import running

if TYPE_CHECKING:
    from tests.cluster.conftest import Row
    from tests.cluster.fleets import FleetOnCluster

ORDERS = 10
# Argo CD 3.3 knows the finalizer of an AppProject by this name only.
OF_ARGO_CD = (
    'Warning: metadata.finalizers: "resources-finalizer.argocd.argoproj.io": prefer a domain-qualified finalizer name '
    "including a path (/) to avoid accidental conflicts with other finalizer writers"
)


def test_nothing_is_rejected(fleet: FleetOnCluster) -> None:
    assert [line for line in fleet.first_apply if not line.startswith("Warning: ")] == []


def test_the_api_server_warns_of_nothing(fleet: FleetOnCluster) -> None:
    assert warnings(fleet.first_apply) == []


def test_what_runs_always_runs_where_planned(fleet: FleetOnCluster, row: Row) -> None:
    while_jobs_run = fleet.wrong_turns(fleet.pods())
    afterwards = fleet.complete_jobs()
    there = running(afterwards)
    row.as_planned = sum((there.get(name, Counter()) & hosts).total() for name, hosts in fleet.always.items())

    assert (while_jobs_run, fleet.misplaced(afterwards)) == ({}, {})


def test_a_second_apply_changes_nothing(fleet: FleetOnCluster) -> None:
    fleet.pods()
    before = fleet.versions()

    assert fleet.apply("-k", fleet.tree) == []
    assert fleet.versions() == before
    assert fleet.diff() == ""


def test_when_a_lost_host_is_back_everything_runs_as_planned_again(fleet: FleetOnCluster) -> None:
    fleet.complete_jobs()
    found = {}
    for host in fleet.in_use:
        fleet.lose(host)
        found[host] = fleet.misplaced(fleet.find_again(host))

    assert {host: wrong for host, wrong in found.items() if wrong} == {}


def test_whoever_comes_first_what_runs_always_runs_where_planned(fleet: FleetOnCluster, row: Row) -> None:
    fleet.remove_workloads()
    without_workloads = fleet.control_plane.snapshot()
    found = {}
    for order in fleet.orders(ORDERS):
        fleet.control_plane.restore(without_workloads)
        while_jobs_run = fleet.wrong_turns(fleet.arrive(order))
        wrong = {**while_jobs_run, **fleet.misplaced(fleet.complete_jobs())}
        row.orders += 1
        row.orders_as_planned += not wrong
        if wrong:
            found[" ".join(each["metadata"]["name"] for each in order)] = wrong

    assert found == {}


def test_what_the_cluster_is_started_with_and_argo_cd_pulls_is_accepted(fleet: FleetOnCluster) -> None:
    fleet.start_empty()
    said = [line for part in fleet.started_with() for line in fleet.apply(*part)]

    assert [line for line in said if line != OF_ARGO_CD] == []
