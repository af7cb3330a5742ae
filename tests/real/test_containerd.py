"""What k3s makes of a GPU host is read by a real containerd.

The modules give k3s no configuration: it writes its own, with a table for each of NVIDIA's runtimes that it finds on
its PATH. So the PATH is NixOS', the table is written here as k3s writes it, and containerd says whether it has the
runtime that the rendered RuntimeClass asks for. A containerd before 1.7 knows nothing of CDI and leaves that part out.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from pytest_nix import NixEval
from tests.conftest import ROOT
from tests.real.conftest import Fleet
from tests.real.hosts import HOSTS

pytestmark = pytest.mark.skipif(shutil.which("containerd") is None, reason="containerd not on PATH")

# How k3s names what it finds, and what nixpkgs' toolkit has in its output `tools`.
RUNTIMES = {
    "nvidia": "nvidia-container-runtime",
    "nvidia-experimental": "nvidia-container-runtime-experimental",
    "nvidia-cdi": "nvidia-container-runtime.cdi",
}
TOOLS = [
    "nvidia-cdi-hook",
    "nvidia-container-runtime",
    "nvidia-container-runtime.cdi",
    "nvidia-container-runtime.legacy",
]
WITH_CDI = (1, 7)
SECONDS = 10

TOOLKIT = """
{ nixpkgs, toolkit }:
let
  inherit ((import (nixpkgs + "/flake.nix")).outputs { self = { outPath = nixpkgs; }; }) legacyPackages;
  pkgs = legacyPackages.x86_64-linux;
in
(import toolkit { cards = 2; inherit pkgs; inherit (pkgs) lib; }).specification.text
"""

GPU_HOSTS = [(folder, name) for folder, name in HOSTS if "gpu = {" in (folder / f"rendered/nix/{name}.nix").read_text()]


def programs(path: list[str], folder: Path) -> str:
    """Make the programs that k3s would find, in place of those in the Nix store; return its PATH."""
    found = []
    for number, package in enumerate(path):
        directory = folder / str(number)
        directory.mkdir(parents=True)
        found.append(str(directory))
        names = TOOLS if package.endswith("nvidia-container-toolkit-tools") else []
        for name in names:
            (directory / name).write_text("#!/bin/sh\n")
            (directory / name).chmod(0o755)
    return os.pathsep.join(found)


def configuration(search_path: str, folder: Path) -> str:
    """Write what k3s writes, as far as runtimes and CDI go."""
    text = f"""version = 2
root = "{folder}/root"
state = "{folder}/state"

[grpc]
  address = "{folder}/sock"

[plugins."io.containerd.internal.v1.opt"]
  path = "{folder}/opt"

[plugins."io.containerd.grpc.v1.cri"]
  stream_server_address = "127.0.0.1"
  enable_cdi = true
  cdi_spec_dirs = ["{folder}/cdi"]

[plugins."io.containerd.grpc.v1.cri".containerd]
  snapshotter = "native"

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"

[plugins."io.containerd.grpc.v1.cri".cni]
  bin_dir = "{folder}/bin"
  conf_dir = "{folder}/net.d"
"""
    for name, program in RUNTIMES.items():
        if place := shutil.which(program, path=search_path):
            text += f"""
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes."{name}"]
  runtime_type = "io.containerd.runc.v2"

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes."{name}".options]
  BinaryName = "{place}"
  SystemdCgroup = true
"""
    return text


def dump(text: str, folder: Path) -> str:
    """Have containerd read a configuration, and print it as it understood it."""
    file = folder / "config.toml"
    file.write_text(text, encoding="utf-8")
    done = subprocess.run(["containerd", "-c", file, "config", "dump"], capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else f"refused: {done.stderr}"


def runtimes_in(dumped: str) -> set[str]:
    # A later containerd writes version 3, with other quotes.
    return set(re.findall(r"containerd\.runtimes\.['\"]?([-\w]+)['\"]?\]", dumped)) - {"runc"}


def handlers(folder: Path) -> set[str]:
    """What the rendered RuntimeClasses ask for."""
    found = (folder / "rendered/kubernetes/platform/runtime-classes").glob("runtimeclass-*.yaml")
    return {yaml.safe_load(path.read_text(encoding="utf-8"))["handler"] for path in found}


@contextmanager
def running(folder: Path) -> Iterator[None]:
    """Run containerd with the configuration in a folder."""
    with (folder / "log").open("w", encoding="utf-8") as log:
        daemon = subprocess.Popen(["containerd", "-c", folder / "config.toml"], stdout=log, stderr=log)
        try:
            yield
        finally:
            daemon.terminate()
            daemon.wait()


def plugin_state(folder: Path, name: str) -> str:
    """Ask a containerd, once it answers, for the state of one of its plugins."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        command = ["ctr", "--address", str(folder / "sock"), "plugins", "ls"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        for line in done.stdout.splitlines():
            if re.search(rf"\b{name}\b", line):
                return line.split()[-1]
        time.sleep(0.1)
    return "no answer: " + (folder / "log").read_text(encoding="utf-8")[-1000:]


@pytest.mark.parametrize(("folder", "name"), GPU_HOSTS, ids=[name for _, name in GPU_HOSTS])
def test_the_modules_leave_the_configuration_to_k3s(hosts_of: Fleet, folder: Path, name: str) -> None:
    assert hosts_of(folder)[name]["k3s"]["template"] is None


@pytest.mark.parametrize(("folder", "name"), GPU_HOSTS, ids=[name for _, name in GPU_HOSTS])
def test_containerd_has_the_runtime_that_pods_ask_for(hosts_of: Fleet, folder: Path, name: str, tmp_path: Path) -> None:
    path = programs(hosts_of(folder)[name]["k3s"]["path"], tmp_path / "programs")
    dumped = dump(configuration(path, tmp_path), tmp_path)

    # A host of another system in the same fleet may use another one.
    assert "nvidia-cdi" in handlers(folder)
    assert "nvidia-cdi" in runtimes_in(dumped)
    assert '/nvidia-container-runtime.cdi"' in dumped.replace("'", '"')


def test_without_the_output_tools_there_is_no_runtime(hosts_of: Fleet, tmp_path: Path) -> None:
    folder, name = GPU_HOSTS[0]
    path = [package for package in hosts_of(folder)[name]["k3s"]["path"] if not package.endswith("-tools")]

    assert runtimes_in(dump(configuration(programs(path, tmp_path / "programs"), tmp_path), tmp_path)) == set()


def test_a_table_written_twice_is_refused(hosts_of: Fleet, tmp_path: Path) -> None:
    """So would be a template that adds what k3s writes already."""
    folder, name = GPU_HOSTS[0]
    text = configuration(programs(hosts_of(folder)[name]["k3s"]["path"], tmp_path / "programs"), tmp_path)
    table = '\n[plugins."io.containerd.grpc.v1.cri".containerd.runtimes."nvidia-cdi"]\n  runtime_type = "x"\n'

    assert dump(text + table, tmp_path).startswith("refused")


@pytest.mark.skipif(os.geteuid() != 0, reason="containerd needs root")
def test_containerd_starts_with_the_list_of_cards_in_place(
    hosts_of: Fleet, nix_eval: NixEval, nixpkgs: Path, tmp_path: Path
) -> None:
    folder, name = GPU_HOSTS[0]
    (tmp_path / "cdi").mkdir()
    specification: dict[str, Any] = json.loads(
        nix_eval(TOOLKIT, nixpkgs=nixpkgs, toolkit=ROOT / "tests/vm/lib/toolkit.nix")
    )
    (tmp_path / "cdi/nvidia.json").write_text(json.dumps(specification), encoding="utf-8")
    path = programs(hosts_of(folder)[name]["k3s"]["path"], tmp_path / "programs")
    dumped = dump(configuration(path, tmp_path), tmp_path)

    assert [device["name"] for device in specification["devices"]] == ["0", "1", "all"]
    if containerd_version() >= WITH_CDI:
        assert "enable_cdi = true" in dumped
    # It also refuses a plugin's configuration that makes no sense, once it starts.
    with running(tmp_path):
        assert plugin_state(tmp_path, "cri") == "ok"
    assert "failed to parse CDI" not in (tmp_path / "log").read_text(encoding="utf-8")


def containerd_version() -> tuple[int, ...]:
    words = subprocess.run(["containerd", "--version"], capture_output=True, text=True, check=True).stdout.split()
    return tuple(int(part) for part in re.findall(r"\d+", words[2])[:2])
