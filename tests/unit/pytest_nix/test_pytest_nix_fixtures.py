"""The fixtures that give Python tests a Nix evaluator."""

from __future__ import annotations

import base64
import shutil
import subprocess
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from pyfleet.pytest_nix.nix import NixError, nix_of
from pyfleet.pytest_nix.nixpkgs import find_nixpkgs, store_path

pytest_plugins = ["pytester"]

INSTALLED = any(point.value == "pyfleet.pytest_nix" for point in entry_points(group="pytest11"))
PLUGIN = [] if INSTALLED else ["-p", "pyfleet.pytest_nix"]
LEAN = ["-p", "no:cacheprovider", "-p", "no:hypothesispytest"]  # the latter takes a second to load

needs_nix = pytest.mark.skipif(shutil.which("nix-instantiate") is None, reason="nix-instantiate not on PATH")


def run(pytester: pytest.Pytester, text: str) -> pytest.RunResult:
    """Run pytest on one Python test file."""
    pytester.makepyfile(f"from pathlib import Path\nimport pytest\nfrom pyfleet.pytest_nix import NixError\n{text}")
    return pytester.runpytest_inprocess(*PLUGIN, *LEAN, "-rs")


@needs_nix
@pytest.mark.parametrize(
    "check",
    [
        "nix_eval('1 + 1') == 2",
        "nix_eval('-1') == -1",
        "nix_eval('{ a = [ true null 1.5 ]; }') == {'a': [True, None, 1.5]}",
        "nix_eval('{ a, b }: a // { inherit b; }', a={'x': '${y}'}, b=[1, -2]) == {'x': '${y}', 'b': [1, -2]}",
        "nix_eval('{ file }: import file', file=Path('value.nix').absolute()) == 7",
        "nix_eval('import ./value.nix # relative to the root directory') == 7",
        "nix_eval(Path('value.nix').absolute()) == 7",
        "nix_eval(Path('function.nix').absolute(), x=20) == 21",
        "nix_eval('builtins.trace \"noise\" 1') == 1",
        "nix_parse('{ a = 1; }') is None",
        "nix_parse(Path('value.nix')) is None",
    ],
)
def test_expressions_and_files_are_evaluated(pytester: pytest.Pytester, check: str) -> None:
    (pytester.path / "value.nix").write_text("7\n")
    (pytester.path / "function.nix").write_text("{ x }: x + 1\n")

    run(pytester, f"def test(nix_eval, nix_parse):\n    assert {check}\n").assert_outcomes(passed=1)


@needs_nix
@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("nix_eval('throw \"boom\"')", "boom"),
        ("nix_eval('{ a }: a', b=1)", "called without required argument 'a'"),
        ("nix_eval('x: x')", "cannot convert a function to JSON"),
        ("nix_parse('{ a = }')", "syntax error, unexpected '}'"),
        ("nix_parse('undefined')", "undefined variable 'undefined'"),
        ("nix_parse(Path('missing.nix'))", "No such file or directory"),
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


@pytest.mark.parametrize("fixture", ["nix_eval", "nix_parse"])
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
    monkeypatch.delenv("PYFLEET_NIXPKGS", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(pytester.path))

    result = run(pytester, "def test(nixpkgs):\n    pass\n")

    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines(["SKIPPED*no nixpkgs in PYFLEET_NIXPKGS, *"])


def _make_nixpkgs(directory: Path) -> Path:
    (directory / "lib").mkdir(parents=True)
    (directory / "lib" / "default.nix").write_text("{ }")
    return directory


def test_nixpkgs_of_the_variable_comes_before_that_of_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named, cached = _make_nixpkgs(tmp_path / "named"), _make_nixpkgs(tmp_path / "pyfleet" / "nixpkgs")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("PYFLEET_NIXPKGS", raising=False)
    assert find_nixpkgs(tmp_path) == cached

    monkeypatch.setenv("PYFLEET_NIXPKGS", str(named))
    assert find_nixpkgs(tmp_path) == named


def test_a_variable_that_names_no_nixpkgs_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYFLEET_NIXPKGS", str(tmp_path))

    with pytest.raises(NixError, match=r"has no lib/default\.nix; set it to a directory with nixpkgs"):
        find_nixpkgs(tmp_path)


@needs_nix
def test_a_nixpkgs_that_lacks_a_package_the_tests_need_is_not_used(
    pytester: pytest.Pytester, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nixpkgs = _make_nixpkgs(tmp_path / "nixpkgs")
    (nixpkgs / "default.nix").write_text("_: { hello = 1; }")
    monkeypatch.setenv("PYFLEET_NIXPKGS", str(nixpkgs))
    pytester.makeini("[pytest]\nnixpkgs_packages = hello cowsay\n")

    result = run(pytester, "def test(nixpkgs):\n    pass\n")

    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines(["SKIPPED*nixpkgs in * lacks cowsay; use a newer one"])


@pytest.mark.parametrize("lock", ["", "[]", '{"nodes": {"root": {"inputs": {"nixpkgs": ["a", "nixpkgs"]}}}}'])
def test_a_flake_lock_without_nixpkgs_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lock: str
) -> None:
    monkeypatch.delenv("PYFLEET_NIXPKGS", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    (tmp_path / "flake.lock").write_text(lock)

    assert isinstance(find_nixpkgs(tmp_path), str)


@needs_nix
def test_the_store_path_of_a_locked_source_is_the_one_nix_computes(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    source = _make_nixpkgs(tmp_path / "source")
    nix = nix_of(pytestconfig)
    assert nix is not None
    expected = nix.evaluate('{ path }: builtins.path { inherit path; name = "source"; }', {"path": source})
    nar = subprocess.run(["nix-hash", "--type", "sha256", source], capture_output=True, check=True, text=True).stdout

    nar_hash = "sha256-" + base64.b64encode(bytes.fromhex(nar.strip())).decode()
    assert str(store_path(nar_hash)) == expected


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


@pytest.mark.parametrize("text", [OLD_TRACE, NEW_TRACE])
def test_the_message_is_the_innermost_error_without_its_place(text: str) -> None:
    assert NixError(text).message == "attribute 'b' missing"
