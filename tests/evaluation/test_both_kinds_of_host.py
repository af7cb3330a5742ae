"""A host is the same with NixOS and without: modules/ and rendering/k3s.py, rendering/systemd.py spell one plan."""

from __future__ import annotations

import configparser
import shlex
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

import pyfleet
from pyfleet.rendering.k3s import KUBELET_CONFIG
from tests.conftest import ROOT
from tests.unit.fleets import fleet

FLEET = """
cluster:
  name: lab
  domain: lab.example
  admins: [10.0.9.0/24]
  virtualAddress: {address: 10.0.0.9, by: kube-vip}
  k3s:
    tokenFile: /run/secrets/k3s-token
    disable: [traefik, servicelb]
    flannel: host-gw
    clusterCIDR: 10.52.0.0/16
    serviceCIDR: 10.53.0.0/16
    serverEnvironmentFile: /run/secrets/k3s-env
    embeddedRegistry: true
    kubeconfigGroup: wheel
    kubelet: {imageGCHighThresholdPercent: 70}
    etcdSnapshots:
      schedule: 5 */6 * * MON-FRI
      retention: 9
      s3: {endpoint: "10.0.0.8:9000", bucket: snapshots, region: garage, folder: lab}
    extraFlags: [--debug, --kubelet-arg=v=2]
    extraServerFlags: [--tls-san=lab.example, "--cluster-domain lab.local", --kubelet-arg=v=3]
hosts:
  one: {OS, role: server, address: 10.0.0.1, interface: eth1, labels: {rack: "1"}, extraFlags: [--kubelet-arg=v=4]}
  two: {OS, role: server, address: 10.0.0.2, labels: {node.kubernetes.io/rack: "2"}}
  three: {OS, role: server, address: 10.0.0.3}
  four:
    OS
    address: 10.0.0.4
    taints: [a=b:NoSchedule, c:NoExecute]
    loopback: {panel: {port: 12000, publish: 12001, from: [10.0.9.0/24]}}
    extraFlags: [--prefer-bundled-bin]
"""
HOSTS = ("one", "two", "three", "four")
PUBLISHED = "fleet-loopback-panel"


def rendered(system: str) -> dict[str, str]:
    return pyfleet.render(pyfleet.plan(fleet(FLEET.replace("OS", f"os: {system}"))))


WITHOUT = rendered("linux")


@pytest.fixture(scope="module")
def by_nixos(nix_eval: Callable[..., Any], nixpkgs: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("rendered")
    for path, text in rendered("nixos").items():
        (folder / path).parent.mkdir(exist_ok=True, parents=True)
        (folder / path).write_text(text, "utf-8")
    hosts: dict[str, Any] = nix_eval(
        """
        { nixpkgs, modules, folder, hosts, published }:
        let
          inherit ((import (nixpkgs + "/flake.nix")).outputs { self = { outPath = nixpkgs; }; }) lib;
          machine.system.stateVersion = "26.05";
          configOf = host: (lib.nixosSystem { modules = [ modules machine (folder + "/nix/${host}.nix") ]; }).config;
          take = names: units: lib.getAttrs names (units.${published} or (lib.genAttrs names (_: null)));
        in
        lib.genAttrs hosts (host: let config = configOf host; in {
          command = config.systemd.services.k3s.serviceConfig.ExecStart;
          kubelet = config.services.k3s.extraKubeletConfig;
          registries = config.environment.etc."rancher/k3s/registries.yaml".text;
          proxy = take [ "description" "requires" "after" "serviceConfig" ] config.systemd.services;
          socket = take [ "description" "wantedBy" "socketConfig" ] config.systemd.sockets;
        })
        """,
        nixpkgs=nixpkgs,
        modules=ROOT / "modules",
        folder=folder,
        hosts=list(HOSTS),
        published=PUBLISHED,
    )
    return hosts


def of_command(command: str) -> dict[str, list[str]]:
    """Take k3s' command line apart: values by flag, as config.yaml has them."""
    flags: dict[str, list[str]] = defaultdict(list)
    name = ""
    for word in shlex.split(command.replace("\\\n", " "))[2:]:
        if word.startswith("--"):
            name, equals, value = word.removeprefix("--").partition("=")
            flags[name].append(value if equals else "true")
        else:
            flags[name][-1] = word
    return dict(flags)


def of_config(text: str) -> dict[str, list[str]]:
    values = {flag: value if isinstance(value, list) else [value] for flag, value in yaml.safe_load(text).items()}
    return {flag: [shown(each) for each in value] for flag, value in values.items()}


def of_unit(text: str) -> dict[str, dict[str, str]]:
    parser = configparser.ConfigParser(interpolation=None, delimiters="=")
    parser.optionxform = str  # type: ignore[method-assign,assignment]
    parser.read_string(text)
    return {section: dict(parser[section]) for section in parser.sections()}


def shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


@pytest.mark.parametrize("host", HOSTS)
def test_k3s_is_given_the_same(host: str, by_nixos: dict[str, Any]) -> None:
    given = of_command(by_nixos[host]["command"])
    # NixOS keeps it in the store.
    given["kubelet-arg"][0] = f"config={KUBELET_CONFIG}"

    assert of_config(WITHOUT[f"k3s/{host}.yaml"]) == given


def test_the_kubelet_and_the_registries_are_the_same(by_nixos: dict[str, Any]) -> None:
    kubelet = yaml.safe_load(WITHOUT["k3s/shared/kubelet.yaml"])

    assert [kubelet] * 4 == [
        {"apiVersion": "kubelet.config.k8s.io/v1beta1", "kind": "KubeletConfiguration", **by_nixos[host]["kubelet"]}
        for host in HOSTS
    ]
    assert [yaml.safe_load(WITHOUT["k3s/shared/registries.yaml"])] * 4 == [
        yaml.safe_load(by_nixos[host]["registries"]) for host in HOSTS
    ]


def test_a_service_of_the_loopback_is_published_by_the_same_units(by_nixos: dict[str, Any]) -> None:
    proxy, socket = (of_unit(WITHOUT[f"systemd/four/{PUBLISHED}.{kind}"]) for kind in ("service", "socket"))
    nixos = {kind: by_nixos["four"][kind] for kind in ("proxy", "socket")}

    def without_path(settings: dict[str, Any]) -> dict[str, str]:
        return {
            key: shown(value).rpartition("/")[2] if key == "ExecStart" else shown(value)
            for key, value in settings.items()
        }

    assert without_path(proxy["Service"]) == without_path(nixos["proxy"]["serviceConfig"])
    assert proxy["Unit"] == {
        "Description": nixos["proxy"]["description"],
        "Requires": " ".join(nixos["proxy"]["requires"]),
        "After": " ".join(nixos["proxy"]["after"]),
    }
    assert socket["Unit"] == {"Description": nixos["socket"]["description"]}
    assert socket["Install"] == {"WantedBy": " ".join(nixos["socket"]["wantedBy"])}
    # NixOS' firewall is ours, that of another host isn't: there systemd itself lets in whom it may.
    assert {key: value for key, value in socket["Socket"].items() if not key.startswith("IPAddress")} == {
        key: shown(value) for key, value in nixos["socket"]["socketConfig"].items()
    }
