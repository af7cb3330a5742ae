"""Keys of the ConfigMap that holds a workload's files."""

from __future__ import annotations

import re

import pytest

from pyfleet.planning.volumes import SHARED_MEMORY, file_keys
from tests.unit.fleets import planned


@pytest.mark.parametrize(
    ("paths", "keys"),
    [
        (["/etc/app/config.yaml"], ["config.yaml"]),
        (["/a/config.yaml", "/b/config.yaml"], ["a_config.yaml", "b_config.yaml"]),
        (["/etc/.hidden"], [".hidden"]),
    ],
)
def test_a_key_is_the_name_of_the_file_or_its_path(paths: list[str], keys: list[str]) -> None:
    assert file_keys(paths) == keys


@pytest.mark.parametrize(
    "paths",
    [
        ["/etc/a@b.conf", "/etc/c+d~"],
        ["/a_b/x", "/a/b/x"],
        ["/a/x", "/b/x", "/etc/a_x"],
        [f"/{'a' * 300}"],
        [f"/{'a' * 200}/{'b' * 200}/x", "/x"],
        ["/etc/a@b", "/etc/a+b"],
    ],
)
def test_every_key_is_one_that_kubernetes_takes_and_there_once(paths: list[str]) -> None:
    keys = file_keys(paths)

    assert [key for key in keys if not re.fullmatch(r"[-._a-zA-Z0-9]{1,253}", key)] == []
    assert len(set(keys)) == len(paths)


def test_stores_that_are_called_as_our_own_volumes_stay_beside_them() -> None:
    (workload,) = planned("""
hosts: {box: {role: server, address: 10.0.0.1}}
storage:
  files: {nfs: {server: 10.0.0.9, path: /a}, size: 1Ti}
  shared-memory: {nfs: {server: 10.0.0.9, path: /b}, size: 1Ti}
workloads:
  it:
    image: a/b:1
    volumes: {/data: files, /more: shared-memory}
    files: {/etc/x: text}
    sharedMemory: 1Gi
""").workloads
    volumes = {volume.name: volume for volume in workload.volumes}

    assert len(volumes) == len(workload.volumes) == 4
    assert {
        mount.path: (volumes[mount.volume].claim, volumes[mount.volume].config_map) for mount in workload.mounts
    } == {
        "/data": ("files", None),
        "/more": ("shared-memory", None),
        "/etc/x": (None, "it"),
        SHARED_MEMORY: (None, None),
    }
