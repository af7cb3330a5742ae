"""What a plain scalar means, and which ones have no single meaning."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from pyfleet.loading.scalars import Scalar, Trap, read_plain


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *[(text, None) for text in ("", "~", "null", "Null", "NULL")],
        *[(text, True) for text in ("true", "True", "TRUE")],
        *[(text, False) for text in ("false", "False", "FALSE")],
        *[("0", 0), ("-3", -3), ("+5", 5), ("0x1F", 31), ("9" * 100, int("9" * 100))],
        *[("1.5", 1.5), ("1.20", 1.2), (".5", 0.5), ("1.", 1.0), ("-0.5", -0.5), ("1.5e+3", 1500.0)],
        *[(".inf", float("inf")), ("-.INF", float("-inf"))],
    ],
)
def test_what_both_versions_of_yaml_read_alike_has_a_value(text: str, value: Scalar) -> None:
    assert (value, type(value)) == (read_plain(text), type(read_plain(text)))


@pytest.mark.parametrize(
    "text",
    [
        *("hydra-ai", "tRue", "yEs", "nULL", "none", "yes.", "24Gi", "12m", "1.2.3", "192.168.1.250", "10.0.0.0/8"),
        *("2026-01-01", "2026-01-01T10:00:00Z", "2026-01-01 10:00:00.5 +1", "08:30", "8080:80", "0xyz", "1:99"),
        *("52:54:0a:12:34:56", "-", "+", ".", "...", "--port=1", "-0o7", "1e", "e3", ".e3", "0b12", "inf", "nan"),
    ],
)
def test_other_text_is_text_and_so_are_points_in_time(text: str) -> None:
    assert text == read_plain(text)


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        (
            "NO",
            "NO is the boolean false in YAML 1.1, and text in YAML 1.2",
            'write false for the boolean, or "NO" with quotes for the text',
        ),
        (
            "1:30",
            "1:30 is the number 90 (base 60) in YAML 1.1, and text in YAML 1.2",
            'write "1:30" with quotes for the text, or 90 for the number',
        ),
        (
            "0755",
            "0755 is the number 493 (octal) in YAML 1.1, and the number 755 in YAML 1.2",
            'write "0755" with quotes for the text, or 493 or 755 for the number',
        ),
        (
            "0o755",
            "0o755 is text in YAML 1.1, and the number 493 (octal) in YAML 1.2",
            'write "0o755" with quotes for the text, or 493 for the number',
        ),
        (
            "1e3",
            "1e3 is text in YAML 1.1, and the number 1000.0 in YAML 1.2",
            'write "1e3" with quotes for the text, or 1000.0 for the number',
        ),
        (
            "1e16",
            "1e16 is text in YAML 1.1, and the number 1.0e+16 in YAML 1.2",
            'write "1e16" with quotes for the text, or 1.0e+16 for the number',
        ),
        (
            "1e999",
            "1e999 is a number in one version of YAML, and text in the other",
            'write "1e999" with quotes for the text',
        ),
        ("=", '= alone is a special "value" marker in YAML 1.1', 'write "=" with quotes for the text'),
        ("1.0e+999", "1.0e+999 is beyond the largest number", 'write "1.0e+999" with quotes for the text'),
        (
            "9" * 5000,
            "999999999999... is a number of 5000 characters",
            "put it in quotes if it is text; no number of a fleet is that long",
        ),
    ],
)
def test_a_trap_says_what_each_version_reads_and_how_to_write_either(text: str, message: str, hint: str) -> None:
    assert Trap(message, hint) == read_plain(text)


@pytest.mark.parametrize("part", ["1", "1_", "1:1", "1e1", ".1", "0", "0x1"])
def test_a_long_text_that_almost_is_a_number_costs_no_more_than_its_length(part: str) -> None:
    text = part * 200_000 + "x"  # minutes, if any expression tried each way to split it
    assert text == read_plain(text)


@pytest.mark.parametrize("word", ["yes", "no", "on", "off", "y", "n"])
@pytest.mark.parametrize("case", [str.lower, str.upper, str.capitalize])
def test_every_boolean_of_yaml_11_but_true_and_false_is_a_trap(word: str, case: type[str]) -> None:
    assert isinstance(read_plain(case(word)), Trap)


@pytest.mark.parametrize(
    "text",
    [
        *("190:20:30.15", "-1:30", "1_0:30", "00", "-0755", "0b101", "-0b1", "1_000", "1_0.5", "0_", "0x_1F", "0b_"),
        *("08", "-09", "-0x1F", "+0x1F", "-.5", "+.5", "1.5e3", "1E-3", ".5e3", "-.5e3", "<<", "0b1_0", "1._5"),
    ],
)
def test_numbers_that_only_one_version_of_yaml_sees_are_traps(text: str) -> None:
    assert isinstance(read_plain(text), Trap)


_RESOLVE: Callable[..., str] = yaml.SafeLoader("").resolve


def has_no_end_of_line(text: str) -> bool:
    """Plain text has none when its value is looked for; `$` in PyYAML's patterns would overlook one at its end."""
    return len(text.splitlines()) < 2 and text == "".join(text.splitlines())


@settings(max_examples=1000)
@given(st.text("0123456789.:-+_eExobBinfaINyYtTruUlL~=<", max_size=8) | st.text(max_size=5).filter(has_no_end_of_line))
def test_a_value_is_never_other_than_what_pyyaml_reads(text: str) -> None:
    value = read_plain(text)
    node = yaml.ScalarNode(_RESOLVE(yaml.ScalarNode, text, (True, False)), text)
    tag = node.tag.removeprefix("tag:yaml.org,2002:")
    if isinstance(value, str):
        assert tag in ("str", "timestamp", "yaml")  # yaml: `*` alone, which is never plain
    elif not isinstance(value, Trap) and value == value:  # noqa: PLR0124 (not a number is not itself)
        assert value == yaml.SafeLoader("").construct_object(node)
    elif isinstance(value, Trap):
        assert tag != "null"
