"""A further host replaces no pod that already runs."""

from __future__ import annotations

import copy
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from pyfleet.pipeline import plan
from pyfleet.rendering import render
from tests.unit.fleets import MODEL, named, objects_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.planning.types.whole import Plan

REPOSITORY = Path(__file__).parents[3]
FLEETS = [REPOSITORY / "hosts/fleet.yaml", *sorted(REPOSITORY.glob("tests/fleets/*/fleet.yaml"))]
FURTHER: dict[str, dict[str, Any]] = {
    "alike": {},
    "time-sliced": {"sharing": {"timeSlicing": 2}},
    "mps": {"sharing": {"mps": 2}},
    "mixed": {"more": ["rtx-3060"]},
    "linux": {"os": "linux"},
    "dra": {"allocation": "dra"},
    "arm64": {"system": "aarch64-linux", "os": "linux", "gpus": ["gb10"]},
    "none": {"gpus": []},
}


def templates(made: Plan) -> dict[str, Any]:
    """Find what pods are made from, by the object that has it. A DaemonSet's pods come and go with hosts."""
    files = render(made)
    bodies = named([*objects_in(files, "kubernetes"), *objects_in(files, "bootstrap")])
    return {
        f"{name} {number}": each
        for name, body in bodies.items()
        if body["kind"] != "DaemonSet"
        for number, each in enumerate(pods_of(body))
    }


def unmoved(before: Plan, after: Plan) -> set[str]:
    """Name the workloads that are where they were, with the same neighbours."""
    rows: list[dict[str, set[tuple[str, int, tuple[int, ...]]]]] = [defaultdict(set), defaultdict(set)]
    for made, of_host in zip((before, after), rows, strict=True):
        for row in made.assignments:
            of_host[row.host].add((row.workload, row.replica, row.cards))
    moved = {
        name for host in {*rows[0], *rows[1]} if rows[0][host] != rows[1][host] for of in rows for name, *_ in of[host]
    }
    return {workload.name for workload in before.workloads} - moved


def pods_of(body: Any) -> Iterator[Any]:
    if isinstance(body, dict):
        if "containers" in body:
            yield body
        for value in body.values():
            yield from pods_of(value)


def grown(path: Path, further: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Read a fleet, and the same with a further host that has all kinds of its cards, or others."""
    before = {key: value for key, value in yaml.safe_load(path.read_text()).items() if key != "manifests"}
    after = copy.deepcopy(before)
    kinds = sorted({card for host in before["hosts"].values() for card in host.get("gpus", [])})
    further = {**further}
    more = further.pop("more", [])
    for number, card in enumerate(kinds or ["rtx-4090"]):
        after["hosts"][f"further-{number}"] = {
            "address": f"192.0.2.{number + 1}",
            "gpus": [card, *more],
            "cpus": 16,
            "memory": "64Gi",
            **further,
        }
    return before, after


@pytest.mark.parametrize("further", FURTHER, ids=str)
@pytest.mark.parametrize("path", FLEETS, ids=lambda path: path.parent.name)
def test_a_further_host_replaces_no_pod(path: Path, further: str) -> None:
    before, after = (plan(MODEL.model_validate(each)) for each in grown(path, FURTHER[further]))
    there = {name.partition("/")[2].partition(" ")[0] for name in templates(before)}
    moved = there & {workload.name for workload in before.workloads} - unmoved(before, after)
    old, new = (
        {name: body for name, body in templates(made).items() if name.partition("/")[2].partition(" ")[0] not in moved}
        for made in (before, after)
    )

    assert {name: new.get(name) for name in old} == old
