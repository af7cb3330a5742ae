"""How `test_*.nix` files are collected, run and reported."""

from __future__ import annotations

import shutil
from importlib.metadata import entry_points
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

# An installed pyfleet brings the plugin along; loading it a second time is an error.
INSTALLED = any(point.value == "pyfleet.pytest_nix" for point in entry_points(group="pytest11"))
PLUGIN = [] if INSTALLED else ["-p", "pyfleet.pytest_nix"]
LEAN = ["-p", "no:cacheprovider", "-p", "no:hypothesispytest"]  # the latter takes a second to load

needs_nix = pytest.mark.skipif(shutil.which("nix-instantiate") is None, reason="nix-instantiate not on PATH")


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> RunNix:
    """Run pytest on Nix files, without a nixpkgs unless the test brings one."""
    monkeypatch.delenv("PYFLEET_NIXPKGS", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(pytester.path / "cache"))
    return RunNix(pytester)


class RunNix:
    """Writes test files and runs pytest on them."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        self.path = pytester.path
        self._pytester = pytester

    def __call__(self, *arguments: str, **files: str) -> pytest.RunResult:
        for name, text in files.items():
            (self.path / f"{name}.nix").write_text(text)
        return self._pytester.runpytest_inprocess(*PLUGIN, *LEAN, *arguments)


@needs_nix
def test_a_test_passes_if_both_values_are_equal(run: RunNix) -> None:
    run(test_x="{ testSum = { expr = 1 + 1; expected = 2; }; }").assert_outcomes(passed=1)


@needs_nix
def test_only_files_named_test_are_collected(run: RunNix) -> None:
    result = run(test_x="{ testA = { expr = 1; expected = 1; }; }", module="{ testB = { expr = 1; expected = 2; }; }")

    result.assert_outcomes(passed=1)


@needs_nix
def test_a_failure_shows_both_values_as_nix_and_the_place_without_a_traceback(run: RunNix) -> None:
    result = run(
        test_x="{\n  testA = { expr = 2; expected = 3; };\n"
        "  testB = { expr = { a = 1; same = null; }; expected = { a = -1; same = null; }; };\n}"
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
            "-  a = -1;",
            "+  a = 1;",
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
    ("expression", "message"),
    [
        ('throw "boom"', "error: boom"),
        ('abort "stop"', "error: evaluation aborted with the following error message: 'stop'"),
        ('1 + "a"', "error: cannot add a string to an integer"),
        ("{ }.missing", "error: attribute 'missing' missing"),
        ("let x = x; in x", "error: infinite recursion encountered"),
        ('{ a = throw "late"; }', "error: late"),
    ],
)
def test_a_test_that_throws_fails_with_the_error_and_hides_no_other(run: RunNix, expression: str, message: str) -> None:
    tests = " ".join(f"test{number} = {{ expr = {number}; expected = {number}; }};" for number in range(9))

    result = run(test_x=f"{{ {tests} testBad = {{ expr = {expression}; expected = {{ a = 1; }}; }}; }}")

    result.assert_outcomes(passed=9, failed=1)
    result.stdout.fnmatch_lines([f"*{message.replace('[', '[[]')}*", "FAILED test_x.nix::testBad*"])


@needs_nix
def test_a_test_that_can_not_even_be_looked_at_fails_alone(run: RunNix) -> None:
    result = run(
        test_x="""{
          testGood = { expr = 1; expected = 1; };
          testThrows = throw "self";
          testStops = abort "whole";
          group = { testGood = { expr = 1; expected = 1; }; testStops = { }.missing; };
        }"""
    )

    result.assert_outcomes(passed=2, failed=3)
    result.stdout.fnmatch_lines(["*error: self*", "*error: attribute 'missing' missing*"])


@needs_nix
@pytest.mark.parametrize("value", ["1", "{ expr = 1; }", "{ expected = 1; }"])
def test_what_is_neither_test_nor_group_fails_rather_than_vanishes(run: RunNix, value: str) -> None:
    result = run(test_x=f"{{ testA = {value}; }}")

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["neither a test nor a group: a test has `expr`, and *"])


@needs_nix
def test_values_that_json_does_not_know_are_shown_as_nix_shows_them(run: RunNix) -> None:
    result = run(test_x="{ testA = { expr = { f = x: x; }; expected = 1; }; }")

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["expected: 1", "*actual: { f = <LAMBDA>; }"])


@needs_nix
def test_true_is_not_one(run: RunNix) -> None:
    run(test_x="{ testA = { expr = true; expected = 1; }; }").assert_outcomes(failed=1)


@needs_nix
@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ('throw "got 12 apples"', 'msg = "got [0-9]+ apples";'),
        ('throw "x"', 'type = "ThrownError"; msg = "x";'),
        ("assert 1 == 2; 1", 'type = "AssertionError";'),
        ('abort "x"', 'type = "Abort"; msg = "x";'),
        ('1 + "a"', 'type = "TypeError";'),
        ("1 1", 'type = "TypeError";'),
        ("({ a }: a) { }", 'type = "MissingArgumentError";'),
        ("let x = x; in x", 'type = "InfiniteRecursionError";'),
        ("{ }.a", 'type = "EvalError"; msg = "missing";'),
        ('[ { a = throw "deep"; } ]', 'msg = "deep";'),
    ],
)
def test_an_expected_error_passes_by_type_and_message(run: RunNix, expression: str, wanted: str) -> None:
    result = run(test_x=f"{{ testA = {{ expr = {expression}; expectedError = {{ {wanted} }}; }}; }}")

    result.assert_outcomes(passed=1)


@needs_nix
@pytest.mark.parametrize(
    ("expression", "wanted", "message"),
    [
        ("3", 'msg = "x";', "expected an error that matches 'x', but it evaluates to"),
        ('throw "a"', 'msg = "b";', "expected an error that matches 'b', but it is:"),
        ('throw "a"', 'type = "TypeError";', "expected TypeError, but it is ThrownError:"),
    ],
)
def test_another_error_than_the_expected_one_or_none_fails(
    run: RunNix, expression: str, wanted: str, message: str
) -> None:
    result = run(test_x=f"{{ testA = {{ expr = {expression}; expectedError = {{ {wanted} }}; }}; }}")

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([message])


@needs_nix
def test_groups_are_part_of_the_node_id_and_select_tests(run: RunNix) -> None:
    tests = "{ a.b.testOne = { expr = 1; expected = 1; }; a.testTwo = { expr = 1; expected = 1; }; }"

    collected = run("--collect-only", "-q", test_x=tests)
    assert collected.outlines[:2] == ["test_x.nix::a::b::testOne", "test_x.nix::a::testTwo"]
    run("test_x.nix::a::b::testOne").assert_outcomes(passed=1)
    run("-k", "testTwo").assert_outcomes(passed=1, deselected=1)
    run("-k", "b").assert_outcomes(passed=1, deselected=1)


@needs_nix
def test_only_selected_tests_are_evaluated(run: RunNix) -> None:
    tests = '{ testA = { expr = 1; expected = 1; }; testB = { expr = abort "no"; expected = 1; }; }'

    run("-k", "testA", test_x=tests).assert_outcomes(passed=1, deselected=1)


@needs_nix
def test_a_function_is_called_with_what_it_names(run: RunNix, monkeypatch: pytest.MonkeyPatch) -> None:
    (run.path / "pkgs" / "lib").mkdir(parents=True)
    (run.path / "pkgs" / "lib" / "default.nix").write_text("{ double = x: x + x; }")
    monkeypatch.setenv("PYFLEET_NIXPKGS", str(run.path / "pkgs"))

    result = run(
        test_all="{ lib, nixpkgs, root }: { testA = { expr = [ (lib.double 2) nixpkgs root ]; "
        "expected = [ 4 ./pkgs ./. ]; }; }",
        test_some="{ root, ... }: { testA = { expr = root; expected = ./.; }; }",
        test_none="_: { testA = { expr = 1; expected = 1; }; }",
    )

    result.assert_outcomes(passed=3)


@needs_nix
def test_without_nixpkgs_only_tests_that_use_it_are_skipped(run: RunNix) -> None:
    result = run(
        "-rs",
        test_x="{ lib }: { testA = { expr = lib.id 1; expected = 1; }; testB = { expr = 1; expected = 1; }; "
        'testC = { expr = lib.id 1; expectedError.msg = "x"; }; }',
        test_y="{ lib }: lib.mapAttrs (name: value: value) { }",
    )

    result.assert_outcomes(passed=1, skipped=3)
    result.stdout.fnmatch_lines(["SKIPPED*no nixpkgs in PYFLEET_NIXPKGS, in *cache/pyfleet/nixpkgs, or as locked by*"])


@needs_nix
def test_a_wrong_nixpkgs_is_an_error_not_a_reason_to_skip(run: RunNix, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYFLEET_NIXPKGS", "/nowhere")

    result = run(test_x="{ lib }: { }")

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["PYFLEET_NIXPKGS=/nowhere has no lib/default.nix; set it to*"])


@needs_nix
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{\n  testA = ;\n}\n", "*syntax error*"),
        ("{ pkgs }: { }", "*called without required argument 'pkgs'*"),
        ("[ ]", "*a test file is an attribute set of tests, or a function of*"),
        ("throw ''broken''", "*error: broken*"),
    ],
)
def test_a_file_that_can_not_be_read_is_an_error_that_names_it(run: RunNix, text: str, message: str) -> None:
    result = run(test_x=text)

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*test_x.nix: not a file of Nix tests", message, "ERROR test_x.nix"])
    result.stdout.no_fnmatch_line("*Traceback*")


@needs_nix
def test_a_syntax_error_names_file_and_line(run: RunNix) -> None:
    run(test_x="{\n  testA = ;\n}\n").stdout.fnmatch_lines(["*at *test_x.nix:2:*"])


def test_without_nix_a_file_is_skipped_with_the_reason(run: RunNix, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(run.path))

    result = run("-rs", test_x="{ testA = { expr = 1; expected = 1; }; }")

    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines(["SKIPPED*nix-instantiate not on PATH"])


@needs_nix
def test_names_and_paths_with_odd_characters_work(run: RunNix) -> None:
    directory = run.path / "a ${b} \"c'"
    directory.mkdir()
    (directory / "test_x.nix").write_text('{ "test ${toString 1} \\"q\\"" = { expr = 1; expected = 1; }; }')

    run().assert_outcomes(passed=1)


@needs_nix
def test_evaluation_needs_no_home_no_nix_path_and_leaves_no_file(run: RunNix, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/nonexistent")
    monkeypatch.delenv("NIX_PATH", raising=False)
    before: set[Path] = set()

    run(test_x='{ testA = { expr = builtins.trace "noise" 1; expected = 1; }; }').assert_outcomes(passed=1)
    assert {path for path in run.path.iterdir() if path.suffix != ".nix"} == before
