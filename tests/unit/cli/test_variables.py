"""Environment variables of options: named after the flag, and heard."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.core import ParameterSource
from click.testing import CliRunner

from pyfleet.cli import COMMANDS, cli

FLEET = """\
cluster: {name: lab, domain: lab.example, k3s: {tokenFile: /run/secrets/k3s-token}}
hosts:
  box: {role: server, address: 10.0.0.1, gpus: [rtx-4090]}
"""


@pytest.fixture
def fleet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "fleet.yaml"
    path.write_text(FLEET, "utf-8")
    return path


def commands() -> Iterator[tuple[str, click.Command]]:
    for name in COMMANDS:
        command = cli.get_command(click.Context(cli), name)
        assert command is not None
        yield name, command


def a_value_of(option: click.Option) -> str:
    if isinstance(option.type, click.Choice):
        return str(option.type.choices[-1])
    return "1"


def test_every_option_is_set_by_the_variable_of_its_longest_flag(monkeypatch: pytest.MonkeyPatch) -> None:
    sources = {}
    for name, command in commands():
        arguments = ["F104"] if name == "explain" else []
        for option in command.params:
            if isinstance(option, click.Option) and option.name:
                flag = option.opts[-1]
                with monkeypatch.context() as patch:
                    patch.setenv(f"PYFLEET_{name}_{flag[2:]}".upper().replace("-", "_"), a_value_of(option))
                    context = command.make_context(name, arguments)
                sources[f"{name} {flag}"] = context.get_parameter_source(option.name)

    assert {"check --format", "plan --json", "render --check", "render --output"} <= sources.keys()
    assert set(sources.values()) == {ParameterSource.ENVIRONMENT}, sources


def test_the_help_names_the_variable() -> None:
    helped = " ".join(CliRunner().invoke(cli, ["check", "--help"]).stdout.split())

    assert "[env var: PYFLEET_CHECK_FORMAT;" in helped


def test_check_mode_by_variable_writes_nothing(fleet: Path) -> None:
    """As PYFLEET_RENDER_CHECK=1 once did: the variable was named after a name inside the program."""
    result = CliRunner().invoke(cli, ["render"], env={"PYFLEET_RENDER_CHECK": "1"})

    assert (result.exit_code, [path.name for path in fleet.parent.iterdir()]) == (1, ["fleet.yaml"])


def test_a_variable_that_is_off_is_off(fleet: Path) -> None:
    result = CliRunner().invoke(cli, ["render"], env={"PYFLEET_RENDER_CHECK": "0", "PYFLEET_RENDER_OUTPUT": "out"})

    assert (result.exit_code, (fleet.parent / "out/cluster.nix").is_file()) == (0, True)


def test_the_form_of_problems_by_variable(fleet: Path) -> None:
    result = CliRunner().invoke(cli, ["check", str(fleet)], env={"PYFLEET_CHECK_FORMAT": "json"})

    assert json.loads(result.stdout) == []


def test_a_flag_outranks_its_variable(fleet: Path) -> None:
    result = CliRunner().invoke(
        cli, ["check", "--format", "text", str(fleet)], env={"PYFLEET_CHECK_FORMAT": "json", "PYFLEET_COLOR": "never"}
    )

    assert (result.stdout, result.stderr) == ("", "no problems found\n")


def test_a_variable_of_no_option_is_wrong_usage(fleet: Path) -> None:
    result = CliRunner().invoke(cli, ["render"], env={"PYFLEET_RENDER_CHEK": "1"})

    assert (result.exit_code, [path.name for path in fleet.parent.iterdir()]) == (2, ["fleet.yaml"])
    assert result.stderr.splitlines()[-1] == (
        "Error: PYFLEET_RENDER_CHEK is set, but is no option's variable; render has: PYFLEET_RENDER_OUTPUT, "
        "PYFLEET_RENDER_CHECK, PYFLEET_RENDER_DIFF, PYFLEET_RENDER_STRICT"
    )


def test_a_variable_of_another_command_is_none_of_ours(fleet: Path) -> None:
    assert CliRunner().invoke(cli, ["check", str(fleet)], env={"PYFLEET_RENDER_CHEK": "1"}).exit_code == 0
