"""Whatever is changed in a fleet file, the answer is problems or a valid tree, never a traceback.

Changes are drawn from a seed: the same at each run.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from pyfleet.errors import FleetError
from pyfleet.pipeline import examine, load
from pyfleet.rendering import render
from tests.conftest import fleet_folders
from tests.manifests.consistency import dangling_references, idle_services, repeated_identities
from tests.manifests.schemas import schema_errors
from tests.manifests.tree import Object, read_objects

FLEETS = [yaml.safe_load((folder / "fleet.yaml").read_text("utf-8")) for folder in fleet_folders()]
VALUES: list[Any] = [
    *(None, True, 0, 1, -1, 3, 99999, 0.5, "", "x", "a b", [], {}, ["a"], {"a": 1}),
    *("rtx-4090", "gb10", "10Gi", "12m", "models", "box", "10.0.0.1", "10.0.0.0/8", "/a/b", "x/y", "true"),
    *("Deployment", "Job", "StatefulSet", "LeaderWorkerSet", "CronJob", "vllm", "ollama", "linux", "aarch64-linux"),
]
SEEDS = 12
CHANGES = 40


def paths(value: Any, here: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in entries:
        yield (*here, key)
        yield from paths(below, (*here, key))


def at(value: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


KEYS = sorted({key for fleet in FLEETS for path in paths(fleet) for key in path if isinstance(key, str)})


def changed(chance: random.Random) -> dict[str, Any]:
    """A fleet with one to three things replaced, removed, added, or put where another belongs."""
    fleet: dict[str, Any] = copy.deepcopy(chance.choice(FLEETS))
    fleet["manifests"] = [each for each in fleet.get("manifests", []) if not isinstance(each, str)]
    for entry in (*fleet.get("workloads", {}).values(), *fleet.get("services", {}).values()):
        entry.get("canary", {}).pop("files", None)  # files beside the fleet file, like manifests
    for _ in range(chance.choice([1, 1, 2, 3])):
        everywhere = list(paths(fleet))
        *start, last = chance.choice(everywhere)
        holder = at(fleet, tuple(start))
        way = chance.choice(["replace", "replace", "remove", "add", "mix up"])
        if way == "replace":
            holder[last] = copy.deepcopy(chance.choice(VALUES))
        elif way == "remove":
            del holder[last]
        elif way == "add" and isinstance(holder, dict):
            holder[chance.choice(KEYS)] = copy.deepcopy(chance.choice(VALUES))
        else:
            holder[last] = copy.deepcopy(at(fleet, chance.choice(everywhere)))
    return fleet


def faults(tree: dict[str, str]) -> list[str]:
    objects = objects_below(tree, "kubernetes/platform/", "kubernetes/workloads/", "kubernetes/services/", "argocd/")
    # What the first server starts the cluster with is partly the same again.
    started = objects_below(tree, "bootstrap/")
    # A class of storage may be anybody's.
    dangling = [fault for fault in dangling_references(objects) if "StorageClass" not in fault]
    return [*schema_errors([*objects, *started]), *repeated_identities(objects), *dangling, *idle_services(objects)]


def objects_below(tree: dict[str, str], *folders: str) -> list[Object]:
    return [
        each
        for path, text in tree.items()
        if path.startswith(folders) and "kustomization" not in path and "/patch-" not in path
        for each in read_objects(text, path)
    ]


@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_changed_fleet_is_refused_in_words_or_renders_to_a_valid_tree(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)  # noqa: S311 - changes, not secrets
    path = tmp_path / "fleet.yaml"
    for _ in range(CHANGES):
        fleet = changed(chance)
        path.write_text(yaml.safe_dump(fleet, sort_keys=False))
        try:
            examined = examine(load(path))
        except FleetError:
            continue
        if examined.plan is not None and not examined.errors:
            assert faults(render(examined.plan)) == [], yaml.safe_dump(fleet, sort_keys=False)
