"""How `test_*.nix` files are collected, run and reported."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

README = Path(__file__).parents[1] / "README.md"
LEAN = ["-p", "no:cacheprovider", "-p", "no:hypothesispytest"]  # the latter takes a second to load

needs_nix = pytest.mark.skipif(shutil.which("nix-instantiate") is None, reason="nix-instantiate not on PATH")


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> RunNix:
    """Run pytest on Nix files, without a nixpkgs unless the test brings one."""
    monkeypatch.delenv("NIXPKGS", raising=False)
    return RunNix(pytester)


class RunNix:
    """Writes test files and runs pytest on them."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        self.path = pytester.path
        self._pytester = pytester

    def __call__(self, *arguments: str, **files: str) -> pytest.RunResult:
        for name, text in files.items():
            (self.path / f"{name}.nix").write_text(text)
        return self._pytester.runpytest_inprocess(*LEAN, *arguments)


@needs_nix
def test_only_files_named_test_are_collected_and_equal_values_pass(run: RunNix) -> None:
    result = run(
        test_x="{ testSum = { expr = 1 + 1; expected = 2; }; }",
        module="{ testB = { expr = 1; expected = 2; }; }",
    )

    result.assert_outcomes(passed=1)


@needs_nix
def test_a_failure_shows_both_values_as_nix_and_the_place_without_a_traceback(run: RunNix) -> None:
    result = run(
        test_x="{\n  testA = { expr = 2; expected = 3; };\n"
        '  testB = { expr = { a = [ 1 "x" ]; same = null; }; expected = { a = [ 1 "y" ]; same = null; }; };\n}'
    )

    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(
        [
            "expected: 3",
            "  actual: 2",
            "*test_x.nix:2: testA",
            "the value is not what is expected:",
            "--- expected",
            "+++ actual",
            " {",
            "   a = [[]",
            "     1",
            '-    "y"',
            '+    "x"',
            "   ];",
            "   same = null;",
            " }",
            "*test_x.nix:3: testB",
        ],
        consecutive=False,
    )
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*pytest_nix*.py*")


@needs_nix
@pytest.mark.parametrize(
    ("expression", "expected", "shown"),
    [
        ("true", "1", "true"),
        ("x: x", "1", "<function>"),
        ('"/x"', "/x", '"/x"'),
        ('derivation { name = "n"; system = "s"; builder = "b"; }', "1", "<derivation /nix/store/*-n>"),
    ],
)
def test_values_that_are_not_equal_are_not_shown_alike(run: RunNix, expression: str, expected: str, shown: str) -> None:
    result = run(test_x=f"{{ testA = {{ expr = {expression}; expected = {expected}; }}; }}")

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([f"expected: {expected}", f"*actual: {shown}"])


@needs_nix
@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ('throw "boom"', "error: boom"),
        ('abort "stop"', "error: evaluation aborted with the following error message: 'stop'"),
        ("{ }.missing", "error: attribute 'missing' missing"),
        ("let x = x; in x", "error: infinite recursion encountered"),
        ('{ a = throw "late"; }', "error: late"),
    ],
)
def test_a_test_that_throws_fails_with_the_error_and_hides_no_other(run: RunNix, expression: str, message: str) -> None:
    tests = " ".join(f"test{number} = {{ expr = {number}; expected = {number}; }};" for number in range(9))

    result = run(test_x=f"{{ {tests} testBad = {{ expr = {expression}; expected = {{ a = 1; }}; }}; }}")

    result.assert_outcomes(passed=9, failed=1)
    result.stdout.fnmatch_lines([f"*{message}*", "FAILED test_x.nix::testBad*"])


@needs_nix
@pytest.mark.parametrize("value", ["1", "{ expr = 1; }", "{ expected = 1; }"])
def test_what_is_neither_test_nor_group_fails_rather_than_vanishes(run: RunNix, value: str) -> None:
    result = run(test_x=f"{{ testA = {value}; }}")

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["neither a test nor a group: a test has `expr`, and *"])


@needs_nix
@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ('throw "got 12 apples"', 'msg = "got [0-9]+ apples";'),
        ('[ { a = throw "deep"; } ]', 'msg = "^deep$";'),
        ("{ }.a", 'msg = "missing";'),
        ("1 1", ""),
    ],
)
def test_an_expected_error_passes_by_its_message(run: RunNix, expression: str, wanted: str) -> None:
    result = run(test_x=f"{{ testA = {{ expr = {expression}; expectedError = {{ {wanted} }}; }}; }}")

    result.assert_outcomes(passed=1)


@needs_nix
@pytest.mark.parametrize(
    ("expression", "wanted", "message"),
    [
        ("3", 'msg = "x";', "expected an error that matches 'x', but there is none"),
        ('throw "a"', 'msg = "b";', "expected an error that matches 'b', but it is:"),
        ('throw "a"', 'msg = "(";', "`expectedError.msg` is not a regular expression: *: '('"),
        ('throw "a"', 'type = "ThrownError";', "`expectedError` has one key, `msg`: a regular expression *"),
    ],
)
def test_another_error_than_the_expected_one_or_none_fails(
    run: RunNix, expression: str, wanted: str, message: str
) -> None:
    result = run(test_x=f"{{ testA = {{ expr = {expression}; expectedError = {{ {wanted} }}; }}; }}")

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([message])
    result.stdout.no_fnmatch_line("*Traceback*")


@needs_nix
def test_groups_are_part_of_the_name_that_is_shown_and_selects(run: RunNix) -> None:
    tests = "{ a.b.testOne = { expr = 1; expected = 1; }; a.testTwo = { expr = 1; expected = 1; }; }"

    collected = run("--collect-only", "-q", test_x=tests)
    assert collected.outlines[:2] == ["test_x.nix::a.b.testOne", "test_x.nix::a.testTwo"]
    alone = run("test_x.nix::a.b.testOne", "-v")
    alone.assert_outcomes(passed=1)
    alone.stdout.fnmatch_lines(["test_x.nix::a.b.testOne PASSED *"])
    run("-k", "b").assert_outcomes(passed=1, deselected=1)


@needs_nix
def test_only_selected_tests_are_evaluated(run: RunNix) -> None:
    tests = '{ testA = { expr = 1; expected = 1; }; testB = { expr = abort "no"; expected = 1; }; }'

    run("-k", "testA", test_x=tests).assert_outcomes(passed=1, deselected=1)


@needs_nix
def test_a_function_is_called_with_what_it_names(run: RunNix, monkeypatch: pytest.MonkeyPatch) -> None:
    (run.path / "pkgs" / "lib").mkdir(parents=True)
    (run.path / "pkgs" / "lib" / "default.nix").write_text("{ double = x: x + x; }")
    monkeypatch.setenv("NIXPKGS", str(run.path / "pkgs"))

    result = run(
        test_all="{ lib, nixpkgs, root }: { testA = { expr = [ (lib.double 2) nixpkgs root ]; "
        "expected = [ 4 ./pkgs ./. ]; }; }",
        test_some="{ root, ... }: { testA = { expr = root; expected = ./.; }; }",
        test_none="_: { testA = { expr = 1; expected = 1; }; }",
    )

    result.assert_outcomes(passed=3)


@needs_nix
def test_without_nixpkgs_only_files_that_name_it_are_skipped(run: RunNix) -> None:
    result = run(
        "-rs",
        test_x="{ lib }: { testA = { expr = lib.id 1; expected = 1; }; }",
        test_y="{ nixpkgs, ... }: { }",
        test_z="{ root }: { testA = { expr = 1; expected = 1; }; }",
    )

    result.assert_outcomes(passed=1, skipped=2)
    result.stdout.fnmatch_lines(["SKIPPED*no nixpkgs in $NIXPKGS, or in the Nix store as flake.lock names it"])


@needs_nix
def test_a_wrong_nixpkgs_is_an_error_not_a_reason_to_skip(run: RunNix, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIXPKGS", "/nowhere")

    result = run(test_x="{ lib }: { }")

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["NIXPKGS=/nowhere has no lib/default.nix; set it to*"])


@needs_nix
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{\n  testA = ;\n}\n", "*at *test_x.nix:2:*"),
        ("{ pkgs }: { }", "*called without required argument 'pkgs'*"),
        ("[ ]", "*a test file is an attribute set of tests, or a function of*"),
        ("{ testA = throw ''broken''; }", "*error: broken*"),
    ],
)
def test_a_file_that_can_not_be_read_is_an_error_that_names_it(run: RunNix, text: str, message: str) -> None:
    result = run(test_x=text)

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*test_x.nix: not a file of Nix tests", message, "ERROR test_x.nix"])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_without_nix_a_file_is_skipped_with_the_reason(run: RunNix, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(run.path))

    result = run("-rs", test_x="{ testA = { expr = 1; expected = 1; }; }")

    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines(["SKIPPED*nix-instantiate not on PATH"])


@needs_nix
def test_names_and_paths_with_odd_characters_work(run: RunNix) -> None:
    directory = run.path / "a ${b} \\ \"c'é"
    directory.mkdir()
    (directory / "test_x.nix").write_text('{ "test ${toString 1} \\"q\\"" = { expr = 1; expected = 1; }; }')

    run().assert_outcomes(passed=1)


@needs_nix
def test_evaluation_needs_no_home_no_nix_path_and_leaves_no_file(run: RunNix, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/nonexistent")
    monkeypatch.delenv("NIX_PATH", raising=False)

    run(test_x='{ testA = { expr = builtins.trace "noise" 1; expected = 1; }; }').assert_outcomes(passed=1)
    assert [path.name for path in run.path.iterdir()] == ["test_x.nix"]


@needs_nix
def test_the_examples_of_the_readme_pass(run: RunNix) -> None:
    text = README.read_text(encoding="utf-8")
    (run.path / "greet.nix").write_text(_block(text, "# greet.nix"))
    (run.path / "test_greet.nix").write_text(_block(text, "# test_greet.nix"))
    (run.path / "test_greet.py").write_text(_block(text, "# test_greet.py"))

    run("-rs").assert_outcomes(passed=4)


def _block(text: str, first_line: str) -> str:
    (found,) = re.findall(rf"^```\w+\n({first_line}\n.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return str(found)
