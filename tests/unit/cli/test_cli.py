"""The command line, as its user meets it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pyfleet.cli import COMMANDS, cli
from tests.conftest import ROOT

FLEET = """\
cluster: {name: lab, domain: lab.example, k3s: {tokenFile: /run/secrets/k3s-token}}
hosts:
  box: {role: server, address: 10.0.0.1, gpus: [rtx-4090]}
workloads:
  chat: {image: "a/b:1", gpu: {memory: 8Gi}, ports: {http: 80}}
"""


@pytest.fixture
def fleet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "hosts").mkdir()
    path = tmp_path / "hosts/fleet.yaml"
    path.write_text(FLEET)
    return path


def run(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(cli, list(arguments), env=environment)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str) -> None:
    result = run(name, "--help")

    assert (result.exit_code, result.output.startswith("Usage: ")) == (0, True)


def test_the_fleet_is_found_in_a_directory_above(fleet: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = fleet.parent / "a/b"
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)

    assert run("check").exit_code == 0


def test_no_fleet_anywhere_is_wrong_usage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("render")

    assert (result.exit_code, "no hosts/fleet.yaml or fleet.yaml" in result.stderr) == (2, True)


def test_a_fleet_that_does_not_exist_is_a_problem_not_a_traceback(fleet: Path) -> None:
    result = run("render", str(fleet.parent / "other.yaml"))

    assert (result.exit_code, result.stderr.splitlines()[0]) == (
        1,
        "hosts/other.yaml:1:1: F006 the file can't be read: No such file or directory",
    )


def test_render_writes_beside_the_fleet_and_prints_what_changed(fleet: Path) -> None:
    first = run("render")
    second = run("render")

    assert "+ hosts/rendered/nix/box.nix" in first.stdout.splitlines()
    assert (second.stdout, second.stderr.startswith("0 changed, ")) == ("", True)
    assert (fleet.parent / "rendered/nix/box.nix").is_file()


def test_a_mistake_leaves_the_tree_as_it_was(fleet: Path) -> None:
    run("render")
    tree = {path: path.read_bytes() for path in fleet.parent.rglob("*.nix")}
    fleet.write_text(FLEET.replace("rtx-4090", "rtx-4900"))
    result = run("render")

    assert (result.exit_code, result.stdout) == (1, "")
    assert {path: path.read_bytes() for path in fleet.parent.rglob("*.nix")} == tree


def test_check_mode_fails_with_the_diff_and_writes_nothing(fleet: Path) -> None:
    run("render")
    fleet.write_text(FLEET.replace("10.0.0.1", "10.0.0.7"))
    checked, shown = run("render", "--check"), run("render", "--diff")

    assert (checked.exit_code, shown.exit_code) == (1, 0)
    assert '+      address = "10.0.0.7";' in checked.stdout.splitlines()
    assert checked.stdout == shown.stdout
    assert "10.0.0.7" not in (fleet.parent / "rendered/cluster.nix").read_text()


def test_a_change_of_one_line_is_a_small_diff(fleet: Path) -> None:
    run("render")
    fleet.write_text(FLEET.replace("memory: 8Gi", "memory: 9Gi, product: rtx-4090"))
    unseen = run("render", "--diff").stdout
    fleet.write_text(FLEET.replace("a/b:1", "a/b:2"))
    changed = [line for line in run("render", "--diff").stdout.splitlines() if line.startswith(("+ ", "- "))]

    assert unseen == ""
    assert changed == ["-        image: a/b:1", "+        image: a/b:2"]


def test_json_of_problems_goes_to_stdout(fleet: Path) -> None:
    fleet.write_text(FLEET.replace("rtx-4090", "rtx-4900"))
    result = run("check", "--format", "json")

    assert result.exit_code == 1
    assert [(each["code"], each["line"], each["column"], each["severity"]) for each in json.loads(result.stdout)] == [
        ("F202", 3, 49, "error")
    ]


def test_github_gets_workflow_commands_with_its_escapes(fleet: Path) -> None:
    fleet.write_text(FLEET.replace("rtx-4090", "rtx-4900"))

    assert run("check", "--format", "github").stdout == (
        "::error file=hosts/fleet.yaml,line=3,col=49,title=F202::unknown GPU 'rtx-4900'"
        "%0Adid you mean `rtx-4090`? A new card goes under `gpus:`\n"
    )


def test_plan_as_json_says_the_same(fleet: Path) -> None:
    result = run("plan", str(fleet), "--json")
    plan = json.loads(result.stdout)

    assert [(row["workload"], row["host"], row["cards"][0]["neededMiB"]) for row in plan["workloads"]] == [
        ("chat", "box", 8192)
    ]
    assert [(card["host"], card["freeMiB"]) for card in plan["cards"]] == [("box", 24564 - 8192)]


def test_color_only_where_it_is_wanted(fleet: Path) -> None:
    fleet.write_text(FLEET.replace("rtx-4090", "rtx-4900"))

    assert "\x1b[" in run("--color", "always", "check").stderr
    assert "\x1b[" not in run("--color", "never", "check").stderr
    assert "\x1b[" not in run("check", NO_COLOR="1").stderr


def test_an_unknown_code_is_wrong_usage_and_a_known_one_is_explained_in_any_case() -> None:
    assert run("explain", "F999").exit_code == 2
    assert run("explain", "f104").stdout == run("explain", "F104").stdout != ""


def test_explain_all_lists_every_code() -> None:
    lines = run("explain", "all").stdout.splitlines()

    assert [line[:4] for line in lines] == sorted(line[:4] for line in lines)
    assert {"F001", "F203", "F605"} <= {line[:4] for line in lines}


def test_a_foreign_file_in_the_way_is_named_and_left(fleet: Path) -> None:
    (fleet.parent / "rendered").mkdir()
    (fleet.parent / "rendered/cluster.nix").write_text("{ mine = true; }\n")
    result = run("render")

    assert (result.exit_code, "cluster.nix" in result.stderr, result.stdout) == (1, True, "")
    assert (fleet.parent / "rendered/cluster.nix").read_text() == "{ mine = true; }\n"


def test_hydra_shows_the_matrix_of_its_owner() -> None:
    """Part 4.1 of the owner's notes: workload, cards, host."""
    plan = json.loads(run("plan", str(ROOT / "hosts/fleet.yaml"), "--json").stdout)

    assert {
        row["workload"]: (row["host"], [card["product"] for card in row["cards"]]) for row in plan["workloads"]
    } == {
        "tabbyapi": ("hydra-ai", ["rtx-5090", "rtx-4090"]),
        "comfyui": ("hydra-compute", ["rtx-5070-ti"]),
        "lora-training-emilie": ("hydra-compute", ["rtx-5070-ti"]),
        "gpt-sovits": ("hydra-compute", ["rtx-5070-ti"]),
        "mochi": ("hydra-ai", ["rtx-4090"]),
        "ollama": ("hydra-compute", ["rtx-5070-ti"]),
    }
