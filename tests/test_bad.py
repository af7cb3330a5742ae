"""Every mistake gives exactly its message, and a near miss gives none.

tests/bad/CODE-name.yaml has the mistake, and CODE-name.txt beside it what `pyfleet check` says of it.
tests/near/CODE-name.yaml is as close to it as can be, and a fleet like any other. Its first line says what makes the
difference, and names the warnings that it can't do without.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

import pyfleet
from pyfleet.cli import cli
from tests.conftest import ROOT

BAD = sorted((ROOT / "tests/bad").glob("*.yaml"))
NEAR = sorted((ROOT / "tests/near").glob("*.yaml"))
REFRESH = "if the change is meant, run `make golden` and read the diff"


def severities() -> dict[str, str]:
    """Every code, and whether it is an error or a warning."""
    lines = CliRunner().invoke(cli, ["explain", "all"]).stdout.splitlines()
    return {code: severity for code, severity, *_ in map(str.split, lines)}


SEVERITIES = severities()


def code_of(path: Path) -> str:
    return path.stem.partition("-")[0]


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_mistake_gives_this_message_at_its_place(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = path.with_suffix(".txt")
    assert expected.is_file(), f"{expected.name} is missing; {REFRESH}"
    exit_code, mark = {"error": (1, ""), "warning": (0, "warning: ")}[SEVERITIES[code_of(path)]]
    own = re.compile(rf"^{re.escape(path.name)}:[0-9]+:[0-9]+: {code_of(path)} {mark}", re.MULTILINE)

    monkeypatch.chdir(path.parent)
    result = CliRunner().invoke(cli, ["check", path.name])

    assert (result.stdout, result.stderr) == ("", expected.read_text("utf-8")), REFRESH
    assert (result.exit_code, own.search(result.stderr) is not None) == (exit_code, True)


@pytest.mark.parametrize("path", NEAR, ids=lambda path: path.stem)
def test_a_near_miss_is_no_mistake(path: Path) -> None:
    difference = path.read_text("utf-8").partition("\n")[0]
    warnings = sorted(set(re.findall(r"\bF[0-9]{3}\b", difference)))

    found = {(problem.code, problem.severity) for problem in pyfleet.check(pyfleet.load(path))}

    assert sorted(found) == [(code, "warning") for code in warnings]
    assert (difference.startswith("# "), code_of(path) in warnings) == (True, False)


@pytest.mark.parametrize("fleets", [BAD, NEAR], ids=["bad fleet", "near miss"])
def test_every_code_has_one(fleets: list[Path]) -> None:
    assert sorted({code_of(path) for path in fleets}) == sorted(SEVERITIES)


@pytest.mark.parametrize(
    ("fleet", "exit_codes"),
    [("bad/F102-two-servers", (1, 1)), ("bad/F313-latest", (0, 1)), ("near/F313-latest", (0, 0))],
)
def test_with_strict_a_warning_is_a_failure_too(fleet: str, exit_codes: tuple[int, int]) -> None:
    check = ["check", f"{ROOT}/tests/{fleet}.yaml"]
    plain, strict = CliRunner().invoke(cli, check), CliRunner().invoke(cli, [*check, "--strict"])

    assert (plain.exit_code, strict.exit_code) == exit_codes
    assert plain.stderr == strict.stderr
