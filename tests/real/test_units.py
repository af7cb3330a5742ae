"""The systemd units that the modules make are read by systemd itself."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.real.conftest import Fleet
from tests.real.hosts import HOSTS, IDS

pytestmark = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze not on PATH")

# Programs of the Nix store are not here; their arguments stay.
_PROGRAM = re.compile(r"^(Exec\w+=[-@:+!]*)/nix/store/\S+", re.MULTILINE)


def complaints(units: dict[str, str], folder: Path) -> str:
    """What systemd says of units."""
    paths = [folder / name for name in units]
    for path, text in zip(paths, units.values(), strict=True):
        path.write_text(_PROGRAM.sub(r"\1/bin/true", text), encoding="utf-8")
    # What they are ordered after is on the host, not here.
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", *paths],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stderr + ("" if done.returncode == 0 else f"exit code {done.returncode}")


@pytest.mark.parametrize(("folder", "name"), HOSTS, ids=IDS)
def test_systemd_has_no_complaint(hosts_of: Fleet, folder: Path, name: str, tmp_path: Path) -> None:
    units = hosts_of(folder)[name]["units"]

    assert "k3s.service" in units
    assert complaints(units, tmp_path) == ""


@pytest.mark.parametrize(
    ("unit", "change", "complaint"),
    [
        ("k3s.service", ("Restart=always", "Restart=allways"), "Failed to parse service restart specifier"),
        ("k3s.service", ("KillMode=", "KillMood="), "Unknown key"),
        ("fleet-reconcile-nodes.timer", ("OnCalendar=*:0/5", "OnCalendar=now and then"), "Failed to parse calendar"),
    ],
)
def test_a_mistake_is_seen(hosts_of: Fleet, tmp_path: Path, unit: str, change: tuple[str, str], complaint: str) -> None:
    folder, name = next(host for host in HOSTS if host[1] == "hydra-ai")
    units = hosts_of(folder)[name]["units"]
    assert change[0] in units[unit]

    assert complaint in complaints({**units, unit: units[unit].replace(*change)}, tmp_path)


def test_a_host_with_its_data_elsewhere_mounts_it(hosts_of: Fleet) -> None:
    units = {unit for folder, name in HOSTS if name == "old" for unit in hosts_of(folder)[name]["units"]}

    assert r"var-lib-rancher-k3s.mount" in units
