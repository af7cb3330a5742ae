"""The modules' options take what the model and the plan have, and have the same defaults."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest

from pyfleet.model.cluster import S3, EtcdSnapshots, FlannelBackend, K3s
from pyfleet.model.hosts import Host
from pyfleet.nvidia import DEVICE_ID_STRATEGY
from pyfleet.planning.types.hosts import Protocol, Source
from tests.conftest import ROOT

OPTIONS = """
{ nixpkgs, modules }:
let
  lib = import (nixpkgs + "/lib");
  inherit (lib.evalModules { modules = [ modules { _module.check = false; } ]; }) options;
  shown = { name, type, default ? { }, ... }: lib.nameValuePair name { inherit type; default = default.text or null; };
in
lib.listToAttrs (map shown (lib.optionAttrSetToDocList options.fleet))
"""


@pytest.fixture(scope="module")
def options(nix_eval: Callable[..., Any], nixpkgs: Path) -> dict[str, dict[str, Any]]:
    by_name: dict[str, dict[str, Any]] = nix_eval(OPTIONS, nixpkgs=nixpkgs, modules=ROOT / "modules")
    return by_name


@pytest.mark.parametrize(
    ("option", "choices"),
    [
        ("fleet.nodes.<name>.role", Host.model_fields["role"].annotation),
        ("fleet.k3s.role", Host.model_fields["role"].annotation),
        ("fleet.k3s.datastore", K3s.model_fields["datastore"].annotation),
        ("fleet.k3s.flannelBackend", FlannelBackend),
        ("fleet.firewall.allow.*.from", Source),
        ("fleet.firewall.allow.*.protocol", Protocol),
    ],
)
def test_an_option_has_the_choices_of_the_fleet_file(option: str, choices: Any, options: dict[str, Any]) -> None:
    one_of = options[option]["type"].removesuffix(" or list of IPv4 address or network").strip("()")

    assert one_of == "one of " + ", ".join(f'"{choice}"' for choice in get_args(choices))


@pytest.mark.parametrize(
    ("option", "default"),
    [
        ("fleet.k3s.datastore", K3s.model_fields["datastore"].default),
        ("fleet.k3s.flannelBackend", K3s.model_fields["flannel"].default),
        ("fleet.k3s.etcdSnapshots.schedule", EtcdSnapshots().schedule),
        ("fleet.k3s.etcdSnapshots.retention", EtcdSnapshots().retention),
        ("fleet.k3s.etcdSnapshots.s3.endpoint", S3.model_fields["endpoint"].default),
        ("fleet.k3s.etcdSnapshots.s3.region", S3.model_fields["region"].default),
        # No pod gets a card where the device plugin asks for other names than the list of devices has.
        ("fleet.gpu.deviceNames", DEVICE_ID_STRATEGY["nvidia-cdi"]),
    ],
)
def test_an_option_has_the_default_of_the_fleet_file(option: str, default: object, options: dict[str, Any]) -> None:
    assert options[option]["default"] == (f'"{default}"' if isinstance(default, str) else str(default))
