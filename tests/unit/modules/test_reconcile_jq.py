"""The program that turns the cluster's nodes and the fleet's wishes into patches."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

PROGRAM = Path(__file__).parents[3] / "modules" / "reconcile-nodes.jq"
ANNOTATION = "hydra.io/pyfleet-owned"

pytestmark = pytest.mark.skipif(shutil.which("jq") is None, reason="jq is not installed")


def node(
    name: str,
    *,
    labels: dict[str, str] | None = None,
    taints: list[dict[str, str]] | None = None,
    owned: dict[str, list[str]] | str | None = None,
) -> dict[str, Any]:
    """A node as the API shows it: with what k3s and the kubelet put there."""
    annotations = {
        "k3s.io/internal-ip": "192.168.1.250",
        "volumes.kubernetes.io/controller-managed-attach-detach": "true",
    }
    if owned is not None:
        annotations[ANNOTATION] = owned if isinstance(owned, str) else json.dumps(owned, separators=(",", ":"))
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": name,
            "uid": "7ef83c79-61a2-4c4a-8a43-6ed2aa5d8f14",
            "resourceVersion": "4711",
            "labels": {"kubernetes.io/hostname": name, "kubernetes.io/arch": "amd64", **(labels or {})},
            "annotations": annotations,
        },
        "spec": {"podCIDR": "10.42.0.0/24", **({"taints": taints} if taints else {})},
        "status": {"capacity": {"nvidia.com/gpu": "2"}},
    }


def reconcile(nodes: list[dict[str, Any]], wanted: dict[str, Any], tmp_path: Path) -> dict[str, Any]:
    desired = tmp_path / "desired.json"
    desired.write_text(json.dumps({"annotation": ANNOTATION, "nodes": wanted}))
    done = subprocess.run(
        ["jq", "--slurpfile", "desired", str(desired), "--from-file", str(PROGRAM)],
        input=json.dumps({"apiVersion": "v1", "kind": "List", "items": nodes}),
        capture_output=True,
        check=True,
        text=True,
    )
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def patch_of(
    before: dict[str, Any],
    tmp_path: Path,
    *,
    labels: dict[str, str] | None = None,
    taints: list[str] | None = None,
) -> dict[str, Any] | None:
    """The patch of one node, less the version that every patch carries."""
    name = before["metadata"]["name"]
    result = reconcile([before], {name: {"labels": labels or {}, "taints": taints or []}}, tmp_path)
    patch: dict[str, Any] | None = result["patches"].get(name)
    if patch is not None:
        assert patch["metadata"].pop("resourceVersion") == "4711"
        patch = {key: value for key, value in patch.items() if value}
    return patch


def record(labels: list[str], taints: list[str]) -> dict[str, str]:
    return {ANNOTATION: json.dumps({"labels": labels, "taints": taints}, separators=(",", ":"))}


def test_first_run_claims_what_k3s_set_at_registration(tmp_path: Path) -> None:
    before = node(
        "hydra-ai",
        labels={"hydra.io/gpu-count": "2"},
        taints=[{"key": "nvidia.com/gpu", "value": "present", "effect": "NoSchedule"}],
    )

    patch = patch_of(before, tmp_path, labels={"hydra.io/gpu-count": "2"}, taints=["nvidia.com/gpu=present:NoSchedule"])

    assert patch == {"metadata": {"annotations": record(["hydra.io/gpu-count"], ["nvidia.com/gpu:NoSchedule"])}}


def test_first_run_adds_what_is_missing(tmp_path: Path) -> None:
    patch = patch_of(node("hydra-ai"), tmp_path, labels={"b": "2", "a": "1"}, taints=["k=v:NoExecute", "k:NoSchedule"])

    assert patch == {
        "metadata": {
            "labels": {"a": "1", "b": "2"},
            "annotations": record(["a", "b"], ["k:NoExecute", "k:NoSchedule"]),
        },
        "spec": {
            "taints": [
                {"key": "k", "value": "v", "effect": "NoExecute"},
                {"key": "k", "effect": "NoSchedule"},
            ]
        },
    }


def test_a_node_that_is_as_it_should_be_gets_no_patch(tmp_path: Path) -> None:
    before = node(
        "hydra-ai",
        labels={"a": "1"},
        taints=[{"key": "k", "value": "v", "effect": "NoExecute", "timeAdded": "2026-01-01T00:00:00Z"}],
        owned={"labels": ["a"], "taints": ["k:NoExecute"]},
    )

    assert patch_of(before, tmp_path, labels={"a": "1"}, taints=["k=v:NoExecute"]) is None


def test_a_node_without_wishes_and_without_record_gets_no_patch(tmp_path: Path) -> None:
    before = node("hydra-ai", labels={"theirs": "1"}, taints=[{"key": "theirs", "effect": "NoSchedule"}])

    assert patch_of(before, tmp_path) is None


def test_a_label_that_the_fleet_dropped_is_removed_and_others_stay(tmp_path: Path) -> None:
    before = node(
        "hydra-ai",
        labels={"old": "1", "kept": "1", "theirs": "1"},
        owned={"labels": ["kept", "old"], "taints": []},
    )

    patch = patch_of(before, tmp_path, labels={"kept": "1"})

    assert patch == {"metadata": {"labels": {"old": None}, "annotations": record(["kept"], [])}}


def test_a_dropped_label_that_is_gone_already_only_leaves_the_record(tmp_path: Path) -> None:
    patch = patch_of(node("hydra-ai", owned={"labels": ["old"], "taints": []}), tmp_path)

    assert patch == {"metadata": {"annotations": {ANNOTATION: None}}}


def test_a_changed_value_is_updated(tmp_path: Path) -> None:
    before = node("hydra-ai", labels={"a": "1"}, owned={"labels": ["a"], "taints": []})

    assert patch_of(before, tmp_path, labels={"a": "2"}) == {"metadata": {"labels": {"a": "2"}}}


def test_a_label_of_somebody_else_that_the_fleet_now_sets_becomes_the_fleets(tmp_path: Path) -> None:
    patch = patch_of(node("hydra-ai", labels={"a": "theirs"}), tmp_path, labels={"a": "ours"})

    assert patch == {"metadata": {"labels": {"a": "ours"}, "annotations": record(["a"], [])}}


def test_a_changed_taint_replaces_its_old_value_and_foreign_taints_stay(tmp_path: Path) -> None:
    cordon = {
        "key": "node.kubernetes.io/unschedulable",
        "effect": "NoSchedule",
        "timeAdded": "2026-01-01T00:00:00Z",
    }
    before = node(
        "hydra-ai",
        taints=[{"key": "k", "value": "old", "effect": "NoSchedule"}, cordon],
        owned={"labels": [], "taints": ["k:NoSchedule"]},
    )

    patch = patch_of(before, tmp_path, taints=["k=new:NoSchedule"])

    assert patch == {"spec": {"taints": [cordon, {"key": "k", "value": "new", "effect": "NoSchedule"}]}}


def test_a_changed_effect_removes_the_taint_with_the_old_one(tmp_path: Path) -> None:
    before = node(
        "hydra-ai",
        taints=[{"key": "k", "value": "v", "effect": "NoSchedule"}],
        owned={"labels": [], "taints": ["k:NoSchedule"]},
    )

    patch = patch_of(before, tmp_path, taints=["k=v:NoExecute"])

    assert patch == {
        "metadata": {"annotations": record([], ["k:NoExecute"])},
        "spec": {"taints": [{"key": "k", "value": "v", "effect": "NoExecute"}]},
    }


def test_a_dropped_taint_is_removed(tmp_path: Path) -> None:
    foreign = {"key": "theirs", "effect": "NoSchedule"}
    before = node(
        "hydra-ai",
        taints=[{"key": "k", "effect": "NoSchedule"}, foreign],
        owned={"labels": [], "taints": ["k:NoSchedule"]},
    )

    patch = patch_of(before, tmp_path)

    assert patch == {"metadata": {"annotations": {ANNOTATION: None}}, "spec": {"taints": [foreign]}}


def test_a_foreign_taint_with_the_key_of_ours_but_another_effect_stays(tmp_path: Path) -> None:
    foreign = {"key": "k", "value": "v", "effect": "NoExecute"}

    patch = patch_of(node("hydra-ai", taints=[foreign]), tmp_path, taints=["k=v:NoSchedule"])

    assert patch is not None
    assert patch["spec"] == {"taints": [foreign, {"key": "k", "value": "v", "effect": "NoSchedule"}]}


@pytest.mark.parametrize("broken", ["not json", "[]", "3", '{"labels": 3, "taints": [null, {"key": "k"}]}', ""])
def test_a_record_that_a_person_broke_is_written_anew_and_removes_nothing(broken: str, tmp_path: Path) -> None:
    patch = patch_of(node("hydra-ai", labels={"theirs": "1"}, owned=broken), tmp_path, labels={"a": "1"})

    assert patch == {"metadata": {"labels": {"a": "1"}, "annotations": record(["a"], [])}}


def test_patches_applied_once_leave_nothing_to_do(tmp_path: Path) -> None:
    labels, taints = {"a": "1", "hydra.io/b": ""}, ["k=v:NoExecute", "k2:NoSchedule"]
    before = node(
        "hydra-ai",
        labels={"old": "1"},
        taints=[{"key": "theirs", "effect": "NoSchedule"}, {"key": "gone", "effect": "NoSchedule"}],
        owned={"labels": ["old"], "taints": ["gone:NoSchedule"]},
    )
    patch = patch_of(before, tmp_path, labels=labels, taints=taints)
    assert patch is not None
    after = node("hydra-ai", labels={"a": "1", "hydra.io/b": ""}, taints=patch["spec"]["taints"])
    after["metadata"]["annotations"] |= patch["metadata"]["annotations"]

    assert patch_of(after, tmp_path, labels=labels, taints=taints) is None


def test_nodes_that_have_not_joined_are_reported_and_strangers_left_alone(tmp_path: Path) -> None:
    stranger = node("laptop", labels={"x": "1"}, owned={"labels": ["x"], "taints": []})
    wishes = {"labels": {"a": "1"}, "taints": []}

    result = reconcile([stranger, node("hydra-ai")], {"hydra-ai": wishes, "hydra-compute": wishes}, tmp_path)

    assert result["absent"] == ["hydra-compute"]
    assert list(result["patches"]) == ["hydra-ai"]


def test_a_cluster_without_nodes_has_nothing_to_patch(tmp_path: Path) -> None:
    assert reconcile([], {"hydra-ai": {"labels": {}, "taints": []}}, tmp_path) == {
        "absent": ["hydra-ai"],
        "patches": {},
    }
