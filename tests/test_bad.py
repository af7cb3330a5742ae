"""Every mistake is told in exact words: tests/bad/CODE-name.yaml, and what `pyfleet check` says of it beside it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from pyfleet.checks import all_checks
from pyfleet.cli import cli
from pyfleet.loading.codes import STORIES
from pyfleet.parts import PARTS
from tests.conftest import ROOT

BAD = sorted((ROOT / "tests/bad").glob("*.yaml"))
REFRESH = "if the change is meant, run `make golden` and read the diff"


def said(path: Path) -> tuple[int, str, str]:
    result = CliRunner().invoke(cli, ["check", str(path)])
    return (
        result.exit_code,
        result.stdout,
        result.stderr.replace(str(path), path.name).replace(f"{path.relative_to(ROOT)}", path.name),
    )


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_mistake_is_told_in_these_words(path: Path) -> None:
    expected = path.with_suffix(".txt")
    assert expected.is_file(), f"{expected.name} is missing; {REFRESH}"

    _, stdout, stderr = said(path)

    assert (stdout, stderr) == ("", expected.read_text("utf-8")), REFRESH


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_mistake_has_its_own_code_and_its_place(path: Path) -> None:
    code = path.stem.partition("-")[0]
    lines = said(path)[2].splitlines()

    assert any(re.match(rf"{re.escape(path.name)}:\d+:\d+: {code} ", line) for line in lines), lines


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_errors_exit_1_and_warnings_exit_1_only_if_strict(path: Path) -> None:
    code = path.stem.partition("-")[0]
    severity = all_checks(PARTS)[code].severity if code in all_checks(PARTS) else "error"
    strict = CliRunner().invoke(cli, ["check", "--strict", str(path)])

    assert (said(path)[0], strict.exit_code) == (1 if severity == "error" else 0, 1)


def test_every_code_has_a_bad_fleet() -> None:
    shown = {path.stem.partition("-")[0] for path in BAD}

    assert sorted({*all_checks(PARTS), *STORIES} - shown) == []
