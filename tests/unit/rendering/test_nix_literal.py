"""Python data becomes Nix text that Nix reads back as the same data."""

from __future__ import annotations

import json
import math
import shutil
import subprocess
import sys
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pyfleet.rendering.nix.literal import NixPath, NixText, nix_key, nix_literal

KEYWORDS = ["if", "then", "else", "assert", "with", "let", "in", "rec", "inherit", "or"]


def evaluate(text: str) -> Any:
    """What Nix makes of an expression."""
    if shutil.which("nix-instantiate") is None:
        pytest.skip("nix-instantiate not on PATH")
    command = ["nix-instantiate", "--eval", "--strict", "--json", "-"]
    return json.loads(subprocess.run(command, input=text.encode(), capture_output=True, check=True).stdout)


def same(expected: object, actual: object) -> bool:
    """Equality of JSON data; Nix prints six digits of a float, and integral ones as integers."""
    if isinstance(expected, bool) or expected is None or isinstance(expected, str):
        return type(actual) is type(expected) and actual == expected
    if isinstance(expected, int):
        return isinstance(actual, int) and actual == expected
    if isinstance(expected, float):
        return isinstance(actual, (int, float)) and math.isclose(expected, actual, rel_tol=1e-5)
    if isinstance(expected, dict):
        return (
            isinstance(actual, dict)
            and set(expected) == set(actual)
            and all(same(expected[key], actual[key]) for key in expected)
        )
    assert isinstance(expected, (list, tuple))
    return (
        isinstance(actual, list)
        and len(actual) == len(expected)
        and all(same(*pair) for pair in zip(expected, actual, strict=True))
    )


_TRICKY = st.text(alphabet=st.sampled_from("$${}\\\"'\n\r\tné😀#/*. a1"), max_size=8)
_TEXT = st.one_of(_TRICKY, st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=6))
_KEYS = st.one_of(_TEXT, st.sampled_from(KEYWORDS), st.sampled_from(["a", "a-b", "a'", "_", "1a", "-a", "true", ""]))
_FLOATS = st.floats(allow_nan=False, allow_infinity=False, allow_subnormal=False)
_SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-(2**63), 2**63 - 1), _FLOATS, _TEXT)
_DATA = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.lists(inner, max_size=4).map(tuple),
        st.dictionaries(_KEYS, inner, max_size=4),
    ),
    max_leaves=12,
)


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(batch=st.lists(_DATA, min_size=1, max_size=60))
def test_nix_reads_any_data_back_as_it_was(batch: list[object]) -> None:
    assert same(batch, evaluate(nix_literal(batch)))


def test_nix_reads_every_keyword_and_edge_back_as_it_was() -> None:
    data = {
        "keys": dict.fromkeys([*KEYWORDS, "", " ", "a.b", "${a}", '"', "\\", "ü", "__curPos", "null"], 1),
        "integers": [0, -1, 2**63 - 1, -(2**63)],
        "minimum": -(2**63),
        "floats": [0.0, -0.5, 1e22, 1e-7, sys.float_info.max, sys.float_info.min, 1e16, 123456.0],
        "strings": [
            "$",
            "$$",
            "${",
            "$${x}",
            "\\${x}",
            "''${x}''",
            '"',
            "\\n",
            "\r\n",
            "\t",
            "a$",
            "\x7f\x01",
        ],
        "nested": [[[]], [{}], {"a": [{"b": [-1]}]}],
    }

    assert same(data, evaluate(nix_literal(data)))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (-1, "-1"),
        (-(2**63), "(-9223372036854775807 - 1)"),
        (1.0, "1.0"),
        (1e100, "1.0e+100"),
        (-2.5e-10, "-2.5e-10"),
        ("a${b}\n", '"a\\${b}\\n"'),
        ({}, "{ }"),
        ([], "[ ]"),
        ((), "[ ]"),
        ([-1], "[ (-1) ]"),
        (["a"], '[ "a" ]'),
        ([[]], "[ [ ] ]"),
        ([6443, -1], "[\n  6443\n  (-1)\n]"),
        ([{"a": 1}], "[\n  {\n    a = 1;\n  }\n]"),
        ({"a": {}}, "{\n  a = { };\n}"),
    ],
)
def test_layout_of_small_values(value: object, text: str) -> None:
    assert nix_literal(value) == text


def test_layout_of_nested_values_keeps_their_order() -> None:
    value = {
        "hydra-ai": {
            "address": "192.168.1.250",
            "labels": {"hydra.io/gpu-count": "2", "or": "x"},
            "taints": ["nvidia.com/gpu=present:NoSchedule"],
        },
        "allow": [{"from": "nodes", "ports": [6443, 10250]}],
    }

    assert nix_literal(value, 2) == (
        "{\n"
        "    hydra-ai = {\n"
        '      address = "192.168.1.250";\n'
        "      labels = {\n"
        '        "hydra.io/gpu-count" = "2";\n'
        '        "or" = "x";\n'
        "      };\n"
        '      taints = [ "nvidia.com/gpu=present:NoSchedule" ];\n'
        "    };\n"
        "    allow = [\n"
        "      {\n"
        '        from = "nodes";\n'
        "        ports = [\n"
        "          6443\n"
        "          10250\n"
        "        ];\n"
        "      }\n"
        "    ];\n"
        "  }"
    )


def test_a_list_of_one_stays_on_its_line_up_to_100_columns_without_indentation() -> None:
    fits = "x" * (100 - len('key = [ "" ];'))

    assert nix_literal({"key": [fits]}, 8).splitlines()[1] == f'          key = [ "{fits}" ];'
    assert nix_literal({"key": [fits + "x"]}) == f'{{\n  key = [\n    "{fits}x"\n  ];\n}}'


@pytest.mark.parametrize("name", ["a", "a-b", "a'", "_a1", "true", "null", "ifx"])
def test_an_identifier_is_a_key_without_quotes(name: str) -> None:
    assert nix_key(name) == name


@pytest.mark.parametrize("name", [*KEYWORDS, "", "1a", "-a", "a.b", "a b", "ü", "a\n"])
def test_any_other_key_is_quoted(name: str) -> None:
    assert nix_key(name) == nix_literal(name)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("a\0", r"the value has a NUL character"),
        ({"a": ["\0"]}, r"^a\[0\] has a NUL character"),
        ({"\0": 1}, r"has a NUL character"),
        ("\udc00", r"is not Unicode text"),
        (2**63, r"has more than the 64 bits of a Nix integer: 9223372036854775808"),
        (-(2**63) - 1, r"has more than the 64 bits"),
        (math.inf, r"is not finite"),
        (math.nan, r"is not finite"),
        ({"a": {"b-c": 5e-324}}, r"^a\.b-c is too close to zero"),
    ],
)
def test_what_nix_has_no_text_for_is_an_error_with_its_place(value: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        nix_literal(value)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"a": [Path("/x")]}, r"^a\[0\] can't be written as Nix: a PosixPath"),
        ({1, 2}, r"^the value can't be written as Nix: a set"),
        (b"x", r"a bytes"),
        ({"a": {1: 2}}, r"^a has a key that is not a str but a int: 1"),
        (NixText("true"), r"is Nix text already"),
    ],
)
def test_any_other_type_is_an_error_that_names_it(value: object, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        nix_literal(value)


def test_subclasses_of_str_and_int_are_written_as_their_values() -> None:
    class Role(StrEnum):
        SERVER = "server"

    assert nix_literal({Role.SERVER: Role.SERVER}) == '{\n  server = "server";\n}'


@pytest.mark.parametrize("path", ["./a.yaml", "../bootstrap/fleet-namespace-argocd.yaml", "../../x/y"])
def test_a_path_beside_the_file_is_written_as_it_stands(path: str) -> None:
    assert nix_literal({"x": NixPath(path)}) == f"{{\n  x = {path};\n}}"


@pytest.mark.parametrize("path", ["a.yaml", "/etc/passwd", "../a b", "../a${x}", "../a/", "..", "../a;b", "../.."])
def test_a_path_that_nix_would_read_otherwise_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="is not a path that Nix reads as it stands"):
        nix_literal(NixPath(path))
