"""What is rendered is spelled as the API server spells it, and holds no field that others decide."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pyfleet.units import canonical
from tests.unit.fleets import named, objects, objects_in

if TYPE_CHECKING:
    from collections.abc import Iterator

REPOSITORY = Path(__file__).parents[3]
TREES = sorted([REPOSITORY / "hosts/rendered", *REPOSITORY.glob("tests/fleets/*/rendered")])
AMOUNTS = {"requests", "limits", "hard", "capacity"}
TYPED = ("v1", "apps/v1", "batch/v1")
"""APIs whose quantities the server spells anew; those of custom resources it takes as they are."""
HOSTS = "hosts: {box: {role: server, address: 10.0.0.1, gpus: [rtx-4090]}}\n"


def amounts(body: Any) -> Iterator[Any]:
    """Find every quantity in an object."""
    if isinstance(body, list):
        for each in body:
            yield from amounts(each)
    elif isinstance(body, dict):
        for key, value in body.items():
            if key in AMOUNTS and isinstance(value, dict):
                yield from value.values()
            elif key == "sizeLimit":
                yield value
            else:
                yield from amounts(value)


def references(body: Any) -> Iterator[dict[str, Any]]:
    """Find every `fieldRef` in an object."""
    if isinstance(body, list):
        for each in body:
            yield from references(each)
    elif isinstance(body, dict):
        for key, value in body.items():
            if key == "fieldRef":
                yield value
            else:
                yield from references(value)


@pytest.mark.parametrize("tree", TREES, ids=lambda tree: tree.parent.name)
def test_amounts_are_text_as_the_api_server_spells_it(tree: Path) -> None:
    """Else each client-side apply changes the object, and a server-side one after it meets a conflict."""
    files = {str(path.relative_to(tree)): path.read_text() for path in tree.rglob("*.yaml")}
    rendered = [*objects_in(files, "kubernetes"), *objects_in(files, "bootstrap")]

    assert [amount for body in rendered for amount in amounts(body) if not isinstance(amount, str)] == []
    assert [
        amount
        for body in rendered
        if body["apiVersion"] in TYPED
        for amount in amounts(body)
        if canonical(amount) != amount
    ] == []
    assert [each for body in rendered for each in references(body) if "apiVersion" not in each] == []


def test_what_the_fleet_file_spells_in_another_way_is_rendered_in_that_one() -> None:
    text = f"""{HOSTS}
storage: {{data: {{class: local-path, size: 2048Mi}}}}
quotas: {{default: {{requestsMemory: 1024Gi}}}}
workloads:
  it:
    image: a/b:1
    gpu: {{memory: 8Gi}}
    resources: {{requests: {{cpu: "0.5", memory: 4096Mi}}, limits: {{cpu: "2.0", memory: 8.5Gi}}}}
    volumes: {{/data: data, /tmp: {{emptyDir: 1024Mi}}}}
"""
    it = named(objects(text, "workloads/it"))["Deployment/it"]["spec"]["template"]["spec"]
    platform = named(objects(text, "platform"))

    assert it["containers"][0]["resources"] == {
        "requests": {"cpu": "500m", "memory": "4Gi", "nvidia.com/gpu": "1"},
        "limits": {"cpu": "2", "memory": "8704Mi", "nvidia.com/gpu": "1"},
    }
    assert [each["emptyDir"] for each in it["volumes"] if "emptyDir" in each] == [{"sizeLimit": "1Gi"}]
    assert platform["PersistentVolumeClaim/data"]["spec"]["resources"] == {"requests": {"storage": "2Gi"}}
    assert platform["ResourceQuota/fleet"]["spec"]["hard"]["requests.memory"] == "1Ti"


@pytest.mark.parametrize(
    ("written", "stored"),
    # What `kubectl get` shows of a Deployment that was applied with these.
    [
        ("0", "0"),
        ("0.5", "500m"),
        ("1.0", "1"),
        ("100m", "100m"),
        ("1500m", "1500m"),
        ("1000m", "1"),
        ("2048Mi", "2Gi"),
        ("1.5Gi", "1536Mi"),
        ("0.1Mi", "104857600m"),
        ("0.5Ki", "512"),
        ("1000", "1k"),
        ("1024", "1024"),
        ("1500M", "1500M"),
        ("2000M", "2G"),
        ("1024Ti", "1Pi"),
        ("1536", "1536"),
    ],
)
def test_a_quantity_is_spelled_as_the_api_server_does(written: str, stored: str) -> None:
    assert canonical(written) == stored
    assert canonical(stored) == stored


def test_what_is_no_quantity_has_no_spelling() -> None:
    with pytest.raises(ValueError, match=re.escape("'much' is not a quantity")):
        canonical("much")


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet"])
@pytest.mark.parametrize(
    ("given", "rendered"),
    [
        ("", None),
        ("replicas: 0", 0),
        ("replicas: 1", 1),
        ("replicas: 3", 3),
        ("autoscale: {prometheus: 'http://p', query: q}", None),
    ],
)
def test_replicas_that_the_fleet_file_leaves_open_are_left_to_others(
    kind: str, given: str, rendered: int | None
) -> None:
    """A workload is scaled down by hand while another needs its cards; an apply must not end in a conflict for that."""
    (it,) = [
        body
        for body in objects(f"{HOSTS}workloads: {{it: {{image: a/b:1, kind: {kind}, {given}}}}}", "workloads/it")
        if body["kind"] == kind
    ]

    assert it["spec"].get("replicas") == rendered
    # By this label an apply leaves alone what somebody has started.
    assert it["metadata"]["labels"].get("lab.example/started") == ("by-hand" if rendered == 0 else None)


@pytest.mark.parametrize(
    ("expose", "strategy"),
    [
        ("", {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}}),
        ("expose: {hostPort: 8000}", {"type": "Recreate"}),
    ],
)
def test_a_workload_can_become_one_that_is_recreated(expose: str, strategy: dict[str, Any]) -> None:
    """What the API server fills in is nobody's; with Recreate it refuses a `rollingUpdate` that is still there."""
    (it,) = [
        body
        for body in objects(
            f"{HOSTS}workloads: {{it: {{image: a/b:1, ports: {{http: 80}}, {expose}}}}}", "workloads/it"
        )
        if body["kind"] == "Deployment"
    ]

    assert it["spec"]["strategy"] == strategy


def test_what_the_api_server_drops_is_not_rendered() -> None:
    classes = objects(f"{HOSTS}priorities: {{low: 1, high: {{value: 2, default: true, description: d}}}}", "platform")
    low, high = (named(classes)[f"PriorityClass/{name}"] for name in ("low", "high"))

    assert {"globalDefault", "description"} & {*low} == set()
    assert (high["globalDefault"], high["description"]) == (True, "d")
