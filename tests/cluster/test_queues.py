"""Kueue's own controller judges the queues: a job is admitted when the plan says, and waits when it says that."""

from __future__ import annotations

import copy
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from tests.cluster.fleets import of_file
from tests.cluster.kueue import flavors, kueue_running, message, node_labels, suspended, until, why_without
from tests.cluster.pods import collection, complete, running
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cluster.api import Object
    from tests.cluster.control_plane import ControlPlane, Snapshot
    from tests.cluster.fleets import FleetOnCluster

TRAINING = "lora-training-emilie"
UNLIKE = """
cluster: {name: lab, domain: lab.example, k3s: {tokenFile: /run/secrets/k3s-token}}
hosts:
  box-1: {role: server, address: 10.0.0.1, gpus: [rtx-4090, rtx-4090], cpus: 32, memory: 128Gi}
  box-2: {address: 10.0.0.2, gpus: [rtx-3090], cpus: 16, memory: 64Gi}
platform: {queueing: {kueue: {}}}
workloads:
  first: {kind: Job, image: a/b:1, gpu: {product: rtx-3090}, queue: training}
  second: {kind: Job, image: a/b:1, gpu: {product: rtx-3090}, queue: training}
"""


@pytest.fixture(scope="module")
def queueing(
    control_plane: ControlPlane, empty: Snapshot, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Snapshot]:
    """What is in the cluster before any fleet, while Kueue runs."""
    missing = why_without(control_plane.programs)
    if missing:
        pytest.skip(missing)
    control_plane.restore(empty)
    with kueue_running(control_plane, tmp_path_factory.mktemp("kueue")):
        yield control_plane.snapshot()
    control_plane.restore(empty)


@pytest.fixture
def hydra(control_plane: ControlPlane, queueing: Snapshot, tmp_path: Path) -> FleetOnCluster:
    """This repository's fleet, with its training job admitted."""
    fleet = of_file(ROOT / "hosts" / "fleet.yaml", tmp_path, control_plane, queueing)
    fleet.start()
    api = control_plane.api
    assert fleet.first_apply == []
    assert until(lambda: flavors(api, TRAINING)) != set()
    (job,) = (each for each in fleet.workloads if each["metadata"]["name"] == TRAINING)
    assert until(lambda: not suspended(api, job))
    return fleet


@pytest.fixture
def unlike(control_plane: ControlPlane, queueing: Snapshot, tmp_path: Path) -> FleetOnCluster:
    """Two hosts with unlike cards, and two queued jobs for one of them that haven't come yet."""
    return _fleet(UNLIKE, control_plane, queueing, tmp_path)


def test_a_queued_job_gets_the_flavor_of_its_host_and_stops_what_it_outranks(hydra: FleetOnCluster) -> None:
    api, pods = hydra.control_plane.api, hydra.pods()
    (row,) = (each for each in hydra.plan.assignments if each.workload == TRAINING)
    there = running(pods)
    (flavor,) = flavors(api, TRAINING)

    assert node_labels(api, flavor).items() <= hydra.plan.resolved.labels[row.host].items()
    assert there[TRAINING] == Counter([row.host])
    assert row.preempts
    assert [name for name in row.preempts if name in there] == []
    assert hydra.wrong_turns(pods) == {}

    assert hydra.misplaced(hydra.complete_jobs()) == {}
    assert until(lambda: message(api, TRAINING, "Finished")) is not None


def test_an_apply_while_a_queued_job_runs_changes_nothing(hydra: FleetOnCluster) -> None:
    pods, before = _uids(hydra.pods()), _versions(hydra)
    done = hydra.control_plane.kubectl("apply", "--server-side", "-k", hydra.tree)

    assert (done.returncode, done.stderr) == (0, "")
    assert hydra.diff() == ""
    assert (_uids(hydra.pods()), _versions(hydra)) == (pods, before)


def test_of_two_queued_jobs_for_one_card_the_second_waits_in_the_queue(unlike: FleetOnCluster) -> None:
    api = unlike.control_plane.api
    first, second = _in_order(unlike)
    api.apply(first)
    assert until(lambda: flavors(api, "first")) == {"rtx-3090"}
    api.apply(second)
    why = until(lambda: message(api, "second", "QuotaReserved", "False"))

    while_first_runs = _jobs(unlike.pods())
    assert "insufficient unused quota for nvidia.com/gpu in flavor rtx-3090" in str(why)
    assert running(while_first_runs) == {"first": Counter(["box-2"])}
    assert [suspended(api, each) for each in (first, second)] == [False, True]
    assert unlike.diff() == ""

    complete(api, while_first_runs[0])
    assert until(lambda: flavors(api, "second")) == {"rtx-3090"}
    assert until(lambda: not suspended(api, second))
    assert running(_jobs(unlike.pods())) == {"second": Counter(["box-2"])}


def test_a_queued_job_that_outranks_another_takes_its_place_and_gives_it_back(
    control_plane: ControlPlane, queueing: Snapshot, tmp_path: Path
) -> None:
    ranks = "priorities: {low: 100, high: 1000}\n"
    text = UNLIKE.replace("first: {", "first: {priority: low, ").replace("second: {", "second: {priority: high, ")
    fleet, api = _fleet(ranks + text, control_plane, queueing, tmp_path), control_plane.api
    first, second = _in_order(fleet)
    api.apply(first)
    assert until(lambda: flavors(api, "first")) == {"rtx-3090"}
    api.apply(second)
    assert until(lambda: flavors(api, "second")) == {"rtx-3090"}

    while_second_runs = _jobs(fleet.pods())
    assert running(while_second_runs) == {"second": Counter(["box-2"])}
    assert suspended(api, first)
    assert fleet.diff() == ""

    complete(api, next(pod for pod in while_second_runs if pod["status"]["phase"] == "Running"))
    assert until(lambda: flavors(api, "first")) == {"rtx-3090"}
    assert until(lambda: not suspended(api, first))
    assert running(_jobs(fleet.pods())) == {"first": Counter(["box-2"])}


@pytest.mark.parametrize(
    ("resource", "fits", "too_much"), [("nvidia.com/gpu", "1", "2"), ("memory", "64Gi", "65Gi"), ("cpu", "16", "17")]
)
def test_a_job_that_asks_for_more_than_its_flavor_has_is_never_admitted(
    unlike: FleetOnCluster, resource: str, fits: str, too_much: str
) -> None:
    """The other flavor has twice as much of everything, but isn't of the job's card."""
    api = unlike.control_plane.api
    job, _ = _in_order(unlike)
    api.apply(_asking(job, resource, too_much))
    why = until(lambda: message(api, "first", "QuotaReserved", "False"))
    time.sleep(3)

    assert f"insufficient quota for {resource} in flavor rtx-3090" in str(why)
    assert (flavors(api, "first"), suspended(api, job)) == (set(), True)

    api.delete(f"{collection(job)}/first")
    until(lambda: message(api, "first", "QuotaReserved", "False") is None)
    api.apply(_asking(job, resource, fits))
    assert until(lambda: flavors(api, "first")) == {"rtx-3090"}


def _fleet(text: str, control_plane: ControlPlane, queueing: Snapshot, folder: Path) -> FleetOnCluster:
    """Apply a fleet, its workloads left out."""
    folder.joinpath("fleet.yaml").write_text(text)
    fleet = of_file(folder / "fleet.yaml", folder, control_plane, queueing)
    fleet.start_quickly()
    return fleet


def _in_order(fleet: FleetOnCluster) -> list[Object]:
    return sorted(fleet.workloads, key=lambda each: str(each["metadata"]["name"]))


def _versions(fleet: FleetOnCluster) -> dict[str, str]:
    """Versions of the fleet's objects, once controllers have written what they have to say of them."""
    before: dict[str, str] = {}
    while (now := fleet.versions()) != before:
        before = now
        time.sleep(1)
    return now


def _jobs(pods: list[Object]) -> list[Object]:
    return [pod for pod in pods if [owner["kind"] for owner in pod["metadata"]["ownerReferences"]] == ["Job"]]


def _uids(pods: list[Object]) -> dict[str, str]:
    return {pod["metadata"]["name"]: pod["metadata"]["uid"] for pod in pods}


def _asking(job: Object, resource: str, amount: str) -> Object:
    """The job, with another amount of a resource."""
    made = copy.deepcopy(job)
    (container,) = made["spec"]["template"]["spec"]["containers"]
    resources: dict[str, dict[str, Any]] = container["resources"]
    for kind in ("requests", "limits"):
        if kind == "requests" or resource in resources.get(kind, {}):
            resources.setdefault(kind, {})[resource] = amount
    return made
