"""The fixtures that give Python tests a Nix evaluator."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from pytest_nix import NixError
from pytest_nix.nix import Nix, nix_of
from pytest_nix.packages import find_nixpkgs, locked_source

pytest_plugins = ["pytester"]

LEAN = ["-p", "no:cacheprovider", "-p", "no:hypothesispytest"]  # the latter takes a second to load

needs_nix = pytest.mark.skipif(shutil.which("nix-instantiate") is None, reason="nix-instantiate not on PATH")


@pytest.fixture
def nix(pytestconfig: pytest.Config) -> Nix:
    """The evaluator, or a skip where there is none."""
    return nix_of(pytestconfig)


def run(pytester: pytest.Pytester, text: str) -> pytest.RunResult:
    """Run pytest on one Python test file."""
    pytester.makepyfile(f"from pathlib import Path\nimport pytest\nfrom pytest_nix import NixError\n{text}")
    return pytester.runpytest_inprocess(*LEAN, "-rs")


@needs_nix
def test_expressions_and_files_are_evaluated(pytester: pytest.Pytester) -> None:
    (pytester.path / "value.nix").write_text("7\n")
    (pytester.path / "function.nix").write_text("{ x }: x + 1\n")
    checks = [
        "nix_eval('{ a = [ true null 1.5 ]; }') == {'a': [True, None, 1.5]}",
        "nix_eval('{ file }: import file', file=Path('value.nix').absolute()) == 7",
        "nix_eval('import ./value.nix # relative to the root directory') == 7",
        "nix_eval(Path('value.nix').absolute()) == 7",
        "nix_eval(Path('function.nix').absolute(), x=20) == 21",
        "nix_eval('builtins.trace \"noise\" 1') == 1",
        "nix_parse('{ a = 1; }') is None",
        "nix_parse(Path('value.nix')) is None",
    ]
    lines = "".join(f"    assert {check}\n" for check in checks)

    run(pytester, f"def test(nix_eval, nix_parse):\n{lines}").assert_outcomes(passed=1)


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        -1,
        2**63 - 1,
        -(2**63),
        0.1,
        1e-300,
        "",
        '${x} $${ "\\" \\n\n\t\r é 🎉',
        [1, [-2]],
        {"a b": {"if": 1}},
    ],
)
def test_an_argument_reaches_nix_as_it_is(nix: Nix, value: object) -> None:
    assert nix.evaluate("{ x }: x", x=value) == value


@needs_nix
@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("nix_eval('throw \"boom\"')", "boom"),
        ("nix_eval('{ a }: a', b=1)", "called without required argument 'a'"),
        ("nix_eval('x: x')", "cannot convert a function to JSON"),
        ("nix_parse('{ a = }')", "syntax error, unexpected '}'"),
        ("nix_parse('undefined')", "undefined variable 'undefined'"),
        ("nix_parse(Path('missing.nix'))", "missing.nix"),
    ],
)
def test_what_nix_refuses_is_an_error_with_its_message(pytester: pytest.Pytester, call: str, message: str) -> None:
    text = (
        "def test(nix_eval, nix_parse):\n    with pytest.raises(NixError) as caught:\n"
        f"        {call}\n    assert {message!r} in caught.value.message\n"
    )

    run(pytester, text).assert_outcomes(passed=1)


@needs_nix
def test_a_parse_error_fails_the_test_with_the_line(pytester: pytest.Pytester) -> None:
    result = run(pytester, "def test(nix_parse):\n    nix_parse('{\\n  a = }')\n")

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*NixError: error: syntax error, unexpected '}'*", "*:2:7*"])


@pytest.mark.parametrize("fixture", ["nix_eval", "nix_parse", "nixpkgs"])
def test_without_nix_the_fixtures_skip_with_the_reason(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, fixture: str
) -> None:
    monkeypatch.setenv("PATH", "")

    result = run(pytester, f"def test({fixture}):\n    pass\n")

    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines(["SKIPPED*nix-instantiate not on PATH"])


@needs_nix
def test_without_nixpkgs_its_fixture_skips_with_the_reason(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NIXPKGS", raising=False)

    result = run(pytester, "def test(nixpkgs):\n    pass\n")

    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines(["SKIPPED*no nixpkgs in $NIXPKGS, *"])


def _make_nixpkgs(directory: Path) -> Path:
    (directory / "lib").mkdir(parents=True)
    (directory / "lib" / "default.nix").write_text("{ }")
    return directory


def test_places_of_nixpkgs_are_tried_in_order(nix: Nix, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named, cached = _make_nixpkgs(tmp_path / "named"), _make_nixpkgs(tmp_path / "home" / "cached")
    places = ["$PACKAGES", "missing", "~/cached", "named"]
    monkeypatch.setenv("HOME", str(tmp_path / "home"))

    monkeypatch.delenv("PACKAGES", raising=False)
    assert find_nixpkgs(nix, tmp_path, places) == cached
    _make_nixpkgs(tmp_path / "missing")
    assert find_nixpkgs(nix, tmp_path, places) == tmp_path / "missing"
    monkeypatch.setenv("PACKAGES", str(named))
    assert find_nixpkgs(nix, tmp_path, places) == named


def test_an_empty_variable_does_not_name_the_project_itself(
    nix: Nix, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PACKAGES", "")

    assert isinstance(find_nixpkgs(nix, _make_nixpkgs(tmp_path / "project"), ["$PACKAGES"]), str)


def test_a_variable_that_names_no_nixpkgs_is_an_error(
    nix: Nix, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PACKAGES", str(tmp_path))

    with pytest.raises(NixError, match=r"^PACKAGES=.* has no lib/default\.nix; set it to a directory with nixpkgs"):
        find_nixpkgs(nix, tmp_path, ["$PACKAGES"])


@needs_nix
def test_a_nixpkgs_that_lacks_a_package_the_tests_need_is_not_used(pytester: pytest.Pytester) -> None:
    nixpkgs = _make_nixpkgs(pytester.path / "packages")
    (nixpkgs / "flake.nix").write_text(
        "{ outputs = { self }: { legacyPackages.${builtins.currentSystem} = { hello = 1; }; }; }"
    )
    pytester.makeini("[pytest]\nnixpkgs = packages\nnixpkgs_packages = hello cowsay\n")

    result = run(pytester, "def test(nixpkgs):\n    pass\n")

    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines(["SKIPPED*nixpkgs in *packages lacks cowsay; use a newer one"])


@pytest.mark.parametrize("lock", ["", "[]", '{"nodes": {"root": {"inputs": {"nixpkgs": ["a", "nixpkgs"]}}}}'])
def test_a_flake_lock_without_nixpkgs_is_passed_over(nix: Nix, tmp_path: Path, lock: str) -> None:
    (tmp_path / "flake.lock").write_text(lock)

    assert locked_source(nix, tmp_path / "flake.lock") is None


def test_the_store_path_of_a_locked_source_is_the_one_nix_computes(nix: Nix, tmp_path: Path) -> None:
    source = _make_nixpkgs(tmp_path / "source")
    stored = nix.evaluate('{ path }: builtins.path { inherit path; name = "source"; }', path=source)
    command = ["nix-hash", "--type", "sha256", str(source)]
    digest = subprocess.run(command, capture_output=True, check=True, text=True).stdout.strip()
    sri = "sha256-" + base64.b64encode(bytes.fromhex(digest)).decode()
    nodes = {"root": {"inputs": {"nixpkgs": "n"}}, "n": {"locked": {"narHash": sri}}}
    (tmp_path / "flake.lock").write_text(json.dumps({"nodes": nodes}))

    assert str(locked_source(nix, tmp_path / "flake.lock")) == stored


OLD_TRACE = """error: attribute 'b' missing

       at (stdin):1:1:

            1| { a = 1; }.b
             | ^"""
NEW_TRACE = """error:
       … while evaluating the attribute 'a'
         at /x/test_y.nix:2:3:
            2|   a = { }.b;
             |   ^

       error: attribute 'b' missing
       at /x/test_y.nix:2:7:
            2|   a = { }.b;
             |       ^"""
WITHOUT_PLACE = """warning: a Git tree is dirty
error: attribute 'b' missing
(use '--show-trace' to show detailed location information)"""


@pytest.mark.parametrize("text", [OLD_TRACE, NEW_TRACE, WITHOUT_PLACE])
def test_the_message_is_the_innermost_error_without_its_place(text: str) -> None:
    assert NixError(text).message == "attribute 'b' missing"
