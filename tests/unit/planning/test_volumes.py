"""Keys of the ConfigMap that holds a workload's files."""

from __future__ import annotations

import re

import pytest

from pyfleet.planning.volumes import file_keys


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
