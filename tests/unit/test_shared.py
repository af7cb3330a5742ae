"""What Python and the NixOS modules both have to know is one file, and both read it alike.

tests/nix/test_types.nix and test_assertions.nix hold the modules against the same examples.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from typing import Annotated, Any

import pytest
from pydantic import StringConstraints, TypeAdapter, ValidationError

import pyfleet
from pyfleet.model import base
from pyfleet.model.catalog import GpuProduct
from pyfleet.model.charts import SecretItem
from pyfleet.model.cluster import S3, K3s
from pyfleet.planning.high_availability import API_SERVER
from pyfleet.shared import PATTERNS
from tests.conftest import ROOT
from tests.unit.fleets import fleet

EXAMPLES: dict[str, dict[str, list[str]]] = tomllib.loads((ROOT / "tests/shared.toml").read_text("utf-8"))
LABELS = EXAMPLES.pop("kubeletLabels")


def field(model: type[base.Model], name: str) -> Any:
    """Take one of a model's fields as a type of its own."""
    info, annotated = model.model_fields[name], Annotated
    return annotated[info.annotation, *info.metadata] if info.metadata else info.annotation


TYPES: dict[str, Any] = {
    "absolutePath": base.AbsolutePath,
    "bucket": field(S3, "bucket"),
    "bucketFolder": field(S3, "folder"),
    "cron": base.CronSchedule,
    "dnsLabel": base.DnsLabel,
    "dnsSubdomain": base.DnsSubdomain,
    "flag": base.Flag,
    "groupName": field(K3s, "kubeconfig_group"),
    "hostAndPort": field(S3, "endpoint"),
    "interface": base.Interface,
    "ipv4": base.Ipv4,
    "ipv4Network": base.Ipv4Network,
    "ipv4OrNetwork": base.Ipv4OrNetwork,
    "labelKey": base.LabelKey,
    "labelValue": base.LabelValue,
    "packageName": field(GpuProduct, "driver"),
    "region": field(S3, "region"),
    "secretItem": SecretItem,
    "taint": base.Taint,
}


def taken(kind: Any, values: list[str]) -> list[str]:
    """Leave those that a type takes."""
    adapter = TypeAdapter(kind)

    def takes(value: str) -> bool:
        try:
            adapter.validate_python(value)
        except ValidationError:
            return False
        return True

    return [value for value in values if takes(value)]


def neighbours(name: str) -> list[str]:
    """Texts around those that a form takes: with one more character at its start, in its middle or at its end."""
    others = [*map(chr, range(1, 128)), "ä", "\xa0", "٤"]
    return [
        f"{text[:place]}{other}{text[place:]}"
        for text in EXAMPLES[name]["takes"]
        for place in sorted({0, len(text) // 2, len(text)})
        for other in others
    ]


def matched(name: str) -> list[str]:
    """Leave the neighbours that Python's engine matches."""
    return [text for text in neighbours(name) if re.fullmatch(PATTERNS[name], text)]


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_fleet_file_takes_and_refuses_what_the_options_of_nixos_do(name: str) -> None:
    assert taken(TYPES[name], EXAMPLES[name]["takes"]) == EXAMPLES[name]["takes"]
    assert taken(TYPES[name], EXAMPLES[name]["refuses"]) == []


def test_python_and_nix_read_each_pattern_alike(nix_eval: Callable[..., Any], nixpkgs: Path, tmp_path: Path) -> None:
    (tmp_path / "texts.json").write_text(json.dumps({name: neighbours(name) for name in EXAMPLES}), "utf-8")
    by_nix = nix_eval(
        """
        { nixpkgs, root, texts }:
        let
          lib = import (nixpkgs + "/lib");
          inherit (import (root + "/nix/shared.nix") { inherit lib; }) patterns;
        in
        lib.mapAttrs (name: lib.filter (text: builtins.match patterns.${name} text != null)) (lib.importJSON texts)
        """,
        nixpkgs=nixpkgs,
        root=ROOT,
        texts=tmp_path / "texts.json",
    )

    assert {name: matched(name) for name in EXAMPLES} == by_nix


def test_pythons_own_parser_of_addresses_takes_what_the_pattern_does() -> None:
    assert matched("ipv4") == taken(base.Ipv4, neighbours("ipv4"))


def test_pydantics_patterns_which_are_rusts_are_read_alike() -> None:
    for name in EXAMPLES:
        by_rust = Annotated[str, StringConstraints(pattern=f"^(?:{PATTERNS[name]})$")]
        assert matched(name) == taken(by_rust, neighbours(name))


def test_a_network_has_no_bits_of_hosts() -> None:
    """The only value that Python refuses and the options accept: no pattern can express it."""
    assert taken(base.Ipv4Network, ["10.42.0.1/16"]) == []


def test_the_modules_ask_the_api_server_at_its_port() -> None:
    shared = tomllib.loads((ROOT / "pyfleet/shared.toml").read_text("utf-8"))

    assert shared["k3s"]["apiServerPort"] == API_SERVER


def test_a_label_passes_the_check_if_the_kubelet_takes_it() -> None:
    hosts = {"box": {"role": "server", "address": "10.0.0.1", "labels": dict.fromkeys(chain(*LABELS.values()), "a")}}
    problems = pyfleet.check(fleet(json.dumps({"hosts": hosts})))

    refused = {problem.message.rpartition(" ")[2] for problem in problems if problem.code == "F104"}

    assert refused == set(LABELS["refuses"])
