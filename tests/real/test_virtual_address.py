"""The servers' virtual address: keepalived as NixOS configures it, on three machines that are network namespaces."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import count
from os import getpid
from pathlib import Path

import pytest
import yaml

import pyfleet
from pytest_nix import NixEval
from tests.conftest import ROOT
from tests.real.conftest import Fleet
from tests.real.namespaces import Machines, missing
from tests.real.test_firewall import BACKENDS, load

ADDRESS = "10.0.0.9"
VRRP = 112
SERVERS = {"alpha": "10.0.0.1", "beta": "10.0.0.2", "gamma": "10.0.0.3"}
FLEET = {
    "cluster": {
        "name": "trio",
        "domain": "trio.example",
        "admins": ["10.0.9.0/24"],
        "virtualAddress": {"address": ADDRESS, "interface": "lan"},
        "k3s": {"tokenFile": "/run/secrets/k3s-token"},
    },
    "hosts": {
        **{name: {"role": "server", "address": address} for name, address in SERVERS.items()},
        "worker": {"address": "10.0.0.4"},
    },
}
HOST = """
{ nixpkgs, host, modules }:
let
  flake = (import (nixpkgs + "/flake.nix")).outputs { self = { outPath = nixpkgs; }; };
  inherit (flake) lib;
  pkgs = flake.legacyPackages.x86_64-linux;
  machine = {
    fileSystems."/".device = "/dev/disk/by-label/nixos";
    boot.loader.grub.device = "nodev";
    system.stateVersion = "26.05";
    # A file whose path is its text, so that the unit that reads it shows it.
    _module.args.pkgs = lib.mkForce (pkgs // { writeText = _: text: text; });
  };
  inherit ((lib.nixosSystem { modules = [ modules host machine ]; }).config.systemd) services;
in
{
  keepalived = services.keepalived.serviceConfig.ExecStart;
  guard = services.k3s.preStart;
}
"""
_NUMBERS = count()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Render the fleet."""
    made = tmp_path_factory.mktemp("trio")
    (made / "fleet.yaml").write_text(yaml.safe_dump(FLEET, sort_keys=False), "utf-8")
    for path, text in pyfleet.render(pyfleet.plan(pyfleet.load(made / "fleet.yaml"))).items():
        (made / "rendered" / path).parent.mkdir(parents=True, exist_ok=True)
        (made / "rendered" / path).write_text(text, "utf-8")
    return made


@pytest.fixture(scope="module")
def evaluated(folder: Path, nix_eval: NixEval, nixpkgs: Path) -> Callable[[str], dict[str, str]]:
    def evaluate(name: str) -> dict[str, str]:
        found: dict[str, str] = nix_eval(
            HOST, nixpkgs=nixpkgs, host=folder / f"rendered/nix/{name}.nix", modules=ROOT / "modules"
        )
        return found

    return evaluate


@pytest.mark.skipif(missing() != "", reason=missing() or "namespaces")
@pytest.mark.parametrize("backend", BACKENDS)
def test_who_speaks_vrrp_to_a_server_is_a_server(folder: Path, hosts_of: Fleet, backend: str) -> None:
    """Who else does could take the address, and with it every host that joins."""
    host = hosts_of(folder)["alpha"]
    others = ["10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.9.255", "203.0.113.77"]
    with Machines("10.0.0.1", others) as machines:
        assert machines.packets(VRRP, "10.0.0.1", others) == set(others), "without a firewall all come through"
        load(machines, host, backend)

        assert machines.packets(VRRP, "10.0.0.1", others) == {"10.0.0.2", "10.0.0.3"}


class Trio:
    """Three servers on one network; a file says of each whether its API server answers."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._number = f"{getpid()}-{next(_NUMBERS)}"

    @contextmanager
    def running(self, configs: dict[str, str]) -> Iterator[None]:
        with ExitStack() as undo:
            for name in ["switch", *SERVERS]:
                _run("ip", "netns", "add", self._netns(name))
                undo.callback(_run, "ip", "netns", "del", self._netns(name))
            _run("ip", "-n", self._netns("switch"), "-batch", "-", text="link add br0 type bridge\nlink set br0 up")
            for name, address in SERVERS.items():
                ends = f"{name} netns {self._netns('switch')} type veth peer name lan netns {self._netns(name)}"
                _run("ip", "link", "add", *ends.split())
                _run("ip", "-n", self._netns("switch"), "link", "set", name, "master", "br0", "up")
                lines = ["link set lo up", "link set lan up", f"addr add {address}/24 dev lan"]
                _run("ip", "-n", self._netns(name), "-batch", "-", text="\n".join(lines))
            for name, config in configs.items():
                process = self._start(name, config)
                undo.callback(process.wait, 10)
                undo.callback(process.terminate)
            yield

    def _start(self, name: str, config: str) -> subprocess.Popen[bytes]:
        path = self._folder / f"{name}.conf"
        script = f"{shutil.which('test')} -e {self._folder / name}"
        config = re.sub(r'script "[^"]*"', f'script "{script}"', config)
        path.write_text(re.sub(r"user fleet-api-answers .*", "user root", config), "utf-8")
        inside = ["ip", "netns", "exec", self._netns(name), "keepalived"]
        _run(*inside, "--config-test", "-f", str(path))
        pids = ["-p", str(self._folder / f"{name}.pid"), "-r", str(self._folder / f"{name}-vrrp.pid")]
        # Only VRRP, as a process that stays in front.
        return subprocess.Popen([*inside, "-n", "-l", "-P", "-f", str(path), *pids], stderr=subprocess.DEVNULL)

    def api(self, name: str, *, answers: bool) -> None:
        (self._folder / name).touch() if answers else (self._folder / name).unlink()

    def holders(self) -> list[str]:
        shown = {name: _run("ip", "-n", self._netns(name), "-4", "addr", "show", "dev", "lan") for name in SERVERS}
        return [name for name, addresses in shown.items() if f"{ADDRESS}/32" in addresses]

    def _netns(self, name: str) -> str:
        return f"trio-{name}-{self._number}"


def eventually(trio: Trio, *, among: Sequence[str]) -> str:
    """Wait until one of these has the address, and say which."""
    end = time.monotonic() + 60
    while (holders := trio.holders()) not in [[name] for name in among] and time.monotonic() < end:
        time.sleep(0.2)

    assert len(holders) == 1
    assert holders[0] in among
    return holders[0]


@pytest.mark.skipif(missing() != "", reason=missing() or "namespaces")
@pytest.mark.skipif(shutil.which("keepalived") is None, reason="keepalived is not installed")
def test_the_address_is_where_an_api_server_answers_and_stays_there(
    evaluated: Callable[[str], dict[str, str]], tmp_path: Path
) -> None:
    configs = {name: evaluated(name)["keepalived"].split(" -f ", 1)[1].rsplit(" -p ", 1)[0] for name in SERVERS}
    trio = Trio(tmp_path)
    with trio.running(configs):
        time.sleep(5)
        assert trio.holders() == [], "nobody has it before an API server answers"

        trio.api("alpha", answers=True)
        assert eventually(trio, among=["alpha"]) == "alpha"

        for name in SERVERS:
            trio.api(name, answers=True)
        trio.api("alpha", answers=False)
        # Which of the others is a matter of milliseconds, and of how busy this machine is.
        other = eventually(trio, among=[name for name in SERVERS if name != "alpha"])

        trio.api("alpha", answers=True)
        time.sleep(12)
        assert trio.holders() == [other], "a server that comes back doesn't take it again"


@pytest.mark.parametrize(
    ("has_data", "cluster_answers", "starts"),
    [
        pytest.param(False, False, True, id="the very first start"),
        pytest.param(True, True, True, id="a restart"),
        pytest.param(True, False, True, id="after the power was out"),
        pytest.param(False, True, False, id="set up anew"),
    ],
)
def test_the_first_server_starts_no_second_cluster(
    evaluated: Callable[[str], dict[str, str]], tmp_path: Path, *, has_data: bool, cluster_answers: bool, starts: bool
) -> None:
    (tmp_path / "curl").write_text(f"#!/bin/sh\nexit {0 if cluster_answers else 28}\n", "utf-8")
    (tmp_path / "curl").chmod(0o755)
    if has_data:
        (tmp_path / "server/db").mkdir(parents=True)
    guard = evaluated("alpha")["guard"].replace("/var/lib/rancher/k3s", str(tmp_path))
    guard = re.sub(r"/nix/store/\S+/bin/curl", str(tmp_path / "curl"), guard)

    done = subprocess.run(["sh", "-e", "-c", guard], capture_output=True, text=True, check=False)

    assert (done.returncode == 0) == starts
    assert ("kubectl delete node alpha" in done.stderr) != starts


def _run(*command: str, text: str = "") -> str:
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
