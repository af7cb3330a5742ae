"""The question by which keepalived learns whether a server may have the virtual address."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[3] / "modules" / "api-answers.sh"

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")


def answers(folder: Path, curl: str) -> tuple[bool, str]:
    """Run it as NixOS would, with this curl; return whether it succeeds, and the URL that curl was called with."""
    asked = folder / "asked"
    program = folder / "curl"
    program.write_text(f'#!/bin/sh\necho "$*" >{asked}\n{curl}\n', "utf-8")
    program.chmod(0o755)
    script = "set -o errexit -o nounset -o pipefail\n" + SCRIPT.read_text("utf-8")
    path = f"{folder}:{os.environ['PATH']}"
    status = subprocess.run(["bash", "-c", script, "api-answers", "6443"], env={"PATH": path}, check=False).returncode
    return status == 0, asked.read_text("utf-8").split()[-1]


@pytest.mark.parametrize(
    ("code", "well"),
    [
        pytest.param(200, True, id="an API server that lets the unnamed ask"),
        pytest.param(401, True, id="that of k3s, which lets nobody in unnamed"),
        pytest.param(500, False, id="one that isn't ready"),
        pytest.param(503, False, id="k3s, whose API server doesn't run yet"),
    ],
)
def test_a_server_is_well_when_its_api_server_answers(code: int, *, well: bool, tmp_path: Path) -> None:
    assert answers(tmp_path, f"printf {code}") == (well, "https://127.0.0.1:6443/readyz")


def test_a_server_that_nobody_answers_on_is_not_well(tmp_path: Path) -> None:
    assert answers(tmp_path, "printf 000; exit 7")[0] is False
