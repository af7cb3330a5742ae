"""What is rendered for NixOS hosts is Nix, and NixOS makes the machine of it that the plan says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import pyfleet
from pyfleet.planning.types.hosts import NodePlan
from tests.conftest import ROOT, fleet_folders

FOLDERS = fleet_folders()
FILES = [path for folder in FOLDERS for path in sorted((folder / "rendered").rglob("*.nix"))]

HOST = """
{ nixpkgs, host, modules }:
let
  inherit ((import (nixpkgs + "/flake.nix")).outputs { self = { outPath = nixpkgs; }; }) lib;
  # A host's own file says what only the machine knows; this stands in for it.
  machine = { lib, ... }: {
    fileSystems."/".device = "/dev/disk/by-label/nixos";
    boot.loader.grub.device = "nodev";
    system.stateVersion = "26.05";
    # The stand-in's kernel lacks the branches for old cards.
    fleet.gpu.driver = lib.mkOverride 10 "stable";
  };
  inherit ((lib.nixosSystem { modules = [ modules host machine ]; })) config;
in
{
  failed = map (each: each.message) (lib.filter (each: !each.assertion) config.assertions);
  inherit (config) warnings;
  inherit (config.networking) hostName;
  execStart = config.systemd.services.k3s.serviceConfig.ExecStart;
  toplevel = config.system.build.toplevel.drvPath;
  path = map toString config.systemd.services.k3s.path;
  interfaces = config.networking.firewall.trustedInterfaces;
}
"""


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_rendered_file_is_nix(path: Path, nix_parse: Callable[[Path], None]) -> None:
    nix_parse(path)


def nixos_nodes() -> list[tuple[Path, NodePlan, tuple[str, ...]]]:
    plans = ((folder, pyfleet.plan(pyfleet.load(folder / "fleet.yaml"))) for folder in FOLDERS)
    return [
        (folder, node, plan.k3s.disable) for folder, plan in plans for node in plan.nodes if node.spec.os == "nixos"
    ]


@pytest.mark.parametrize(
    ("folder", "node", "disable"),
    [pytest.param(*each, id=f"{each[0].name}-{each[1].name}") for each in nixos_nodes()],
)
def test_a_host_evaluates_to_what_was_planned(
    folder: Path, node: NodePlan, disable: tuple[str, ...], nix_eval: Callable[..., Any], nixpkgs: Path
) -> None:
    host = nix_eval(HOST, nixpkgs=nixpkgs, host=folder / f"rendered/nix/{node.name}.nix", modules=ROOT / "modules")
    flags = host["execStart"].replace("\\\n", " ").split()

    assert (host["failed"], host["warnings"], host["hostName"]) == ([], [], node.name)
    assert host["toplevel"].endswith(".drv")
    assert flags[1] == node.spec.role
    assert ("--cluster-init" in flags) == node.cluster_init
    assert [flags[index + 1] for index, flag in enumerate(flags) if flag == "--server"] == (
        [node.server_url] if node.server_url else []
    )
    assert f"--node-ip={node.spec.address}" in flags
    assert sorted(flag for flag in flags if flag.startswith("--node-label=")) == sorted(
        f"--node-label={key}={value}" for key, value in node.labels.items()
    )
    taints = [flag.removeprefix("--node-taint=") for flag in flags if flag.startswith("--node-taint=")]
    assert taints == node.spec.taints
    assert [flag for flag in flags if flag.startswith("--disable=")] == (
        [f"--disable={name}" for name in disable] if node.spec.role == "server" else []
    )
    assert any("nvidia-container-toolkit-tools" in each for each in host["path"]) == node.has_gpus
    assert set(node.trusted_interfaces) <= set(host["interfaces"])


def test_the_repositorys_hosts_evaluate_with_their_own_files(nix_eval: Callable[..., Any], nixpkgs: Path) -> None:
    """As the flake has them: `nixosConfigurations`, by lib.mkFleet."""
    hosts = nix_eval(
        """
        { nixpkgs, root }:
        let
          inherit ((import (nixpkgs + "/flake.nix")).outputs { self = { outPath = nixpkgs; }; }) lib;
          fleet = import (root + "/nix/mk-fleet.nix") { nixpkgs = { inherit lib; }; module = root + "/modules"; }
            { hosts = root + "/hosts"; };
        in
        lib.mapAttrs (_: host: {
          failed = lib.filter (each: !each.assertion) host.config.assertions;
          inherit (host.config) warnings;
          toplevel = host.config.system.build.toplevel.drvPath;
        }) fleet.nixosConfigurations
        """,
        nixpkgs=nixpkgs,
        root=ROOT,
    )

    assert {name: (host["failed"], host["warnings"]) for name, host in hosts.items()} == {
        "hydra-ai": ([], []),
        "hydra-compute": ([], []),
    }
