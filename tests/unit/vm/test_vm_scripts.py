"""Each VM test's script is sound, as the driver's build will check it: types by the driver's own, and names."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.vm.conftest import Evaluated
from tests.unit.vm.vm_tests import NAMES

BAD = {
    "no_such_machine": ("cluster", "nobody.succeed('true')"),
    "no_such_method": ("cluster", "hydra_ai.succed('true')"),
    "wrong_argument": ("cluster", "hydra_ai.succeed(1)"),
    "unit_as_text": ("cluster", "wait_for(hydra_ai, 'k3s')"),
    "label_as_unit": ("cluster", "wait_for(hydra_ai, Label('a/b'))"),
}
_MACHINE = re.compile(r"\$\{name\}: (\w+);")
_ERROR = re.compile(r"^(?P<file>\w+)\.py:\d+: error: .*", re.MULTILINE)


def driver_name(host: str) -> str:
    """The driver's variable for a machine."""
    return re.sub(r"^[^A-Za-z_]|[^A-Za-z0-9_]", "_", host)


@pytest.fixture(scope="module")
def typed(tmp_path_factory: pytest.TempPathFactory, evaluated: Evaluated, nixpkgs: Path) -> dict[str, list[str]]:
    """Types of all scripts, and of some that are wrong: the errors in each. The checker is started once."""
    hints = (nixpkgs / "nixos/lib/test-script-prepend.py").read_text(encoding="utf-8")
    driver = (nixpkgs / "nixos/lib/testing/driver.nix").read_text(encoding="utf-8")
    machine_type = match[1] if (match := _MACHINE.search(driver)) else "Machine"
    folder = tmp_path_factory.mktemp("scripts")
    texts = {name: (name, "") for name in NAMES} | BAD
    for file, (name, more) in texts.items():
        found = evaluated(name)
        machines = "".join(f"{driver_name(machine)}: {machine_type}\n" for machine in found["machines"])
        (folder / f"{file}.py").write_text(f"{hints}\n{machines}\n{found['script']}\n{more}\n", encoding="utf-8")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "mypy", "--config-file=", "--no-implicit-optional", "--check-untyped-defs"),
            *("--no-error-summary", "--ignore-missing-imports", "--follow-imports=silent"),
            *("--cache-dir", str(folder / "cache"), "--hide-error-context", "--no-pretty"),
            *(f"{file}.py" for file in texts),
        ],
        cwd=folder,
        env={**os.environ, "MYPYPATH": str(nixpkgs / "nixos/lib/test-driver"), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr  # the wrong ones are there
    errors: dict[str, list[str]] = {file: [] for file in texts}
    for match in _ERROR.finditer(done.stdout):
        errors[match["file"]].append(match[0])
    return errors


@pytest.mark.parametrize("name", NAMES)
def test_types_are_right(typed: dict[str, list[str]], name: str) -> None:
    assert typed[name] == []


@pytest.mark.parametrize("name", BAD)
def test_wrong_types_are_found(typed: dict[str, list[str]], name: str) -> None:
    assert len(typed[name]) == 1


@pytest.mark.parametrize("name", NAMES)
def test_no_name_is_undefined_or_unused(evaluated: Evaluated, name: str) -> None:
    found = evaluated(name)
    brought = ["retry", "subtest", "start_all", "machines", "log", *map(driver_name, found["machines"])]
    done = subprocess.run(
        [
            *(sys.executable, "-m", "ruff", "check", "--isolated", "--quiet", "--select=F", "--output-format=concise"),
            *("--config", f"builtins={brought}", "--stdin-filename", f"{name}.py", "-"),
        ],
        input=found["script"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout) == (0, ""), done.stderr
