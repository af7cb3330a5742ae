"""The YAML emitter: exact, stable, and read back alike by every reader."""

from __future__ import annotations

import datetime as dt
import enum
import json
import re
import shutil
import subprocess
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from pyfleet.rendering.yaml import dump

# Unicode without surrogates, with a bias towards what YAML gives a meaning to.
_TOKENS = st.sampled_from(
    [
        *(": ", ":", "#", "-", "---", "...", "?", "|", ">", "&", "*", "!", "%", "@", "`", "'", '"', "[", "]", "{", "}"),
        *(",", "=", "<<", "~", "null", "true", "No", "y", "1:30", "0755", "0o7", "0x1F", "0b1", "1e3", "1_0", ".5"),
        *("-.5", "+1", ".inf", "-.nan", "2026-01-01", "2026-1-1T0:0:0", "\\", "a", "b c", "\n", "\n\n", " ", "\t"),
        *("\r", "\x85", "\u2028", "\ufeff", "\u200b", "\0", "\U0001f600", "\uffff", "\U0001ffff"),
    ]
)
_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.lists(_TOKENS, max_size=6).map("".join)
_SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | _TEXT
_DATA = st.recursive(
    _SCALARS,
    lambda part: st.lists(part, max_size=4) | st.dictionaries(_TEXT, part, max_size=4),
    max_leaves=20,
)


class Yaml12(yaml.SafeLoader):
    """Reads scalars by the core schema of YAML 1.2."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - PyYAML's own name and type


for tag, pattern in {
    "null": r"|~|null|Null|NULL",
    "bool": r"true|True|TRUE|false|False|FALSE",
    "int": r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+",
    "float": r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)",
}.items():
    Yaml12.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(rf"(?:{pattern})\Z"), [None])

READERS = [yaml.SafeLoader, Yaml12, getattr(yaml, "CSafeLoader", yaml.SafeLoader)]


@settings(max_examples=600, deadline=None)
@given(_DATA)
def test_what_is_written_is_read_back_by_yaml_1_1_and_1_2_and_written_alike(data: object) -> None:
    text = dump(data)
    assert [data] * len(READERS) == [reader(text).get_single_data() for reader in READERS]
    assert text == dump(yaml.safe_load(text))


@settings(max_examples=400, deadline=None)
@given(_TEXT, _TEXT)
def test_any_text_is_a_key_and_a_value(key: str, value: str) -> None:
    data = {"first": {key: value, "next": [value, {key: [value]}]}, "last": value}
    assert [data] * len(READERS) == [reader(dump(data)).get_single_data() for reader in READERS]


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is not installed")
@settings(max_examples=5, deadline=None)
@given(st.lists(_TEXT, min_size=300, max_size=300))
def test_kubectl_reads_what_was_written(texts: list[str]) -> None:
    values = {f"k{index}": text for index, text in enumerate(texts)}
    data = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "a", "annotations": dict.fromkeys(texts, "x")},
        "data": values,
    }
    command = ["kubectl", "annotate", "--local", "-f", "-", "added=1", "--output=json"]
    done = subprocess.run(command, input=dump(data), capture_output=True, text=True, check=True)
    read = json.loads(done.stdout)
    assert values == read["data"]
    assert set(texts) | {"added"} == set(read["metadata"]["annotations"])


@pytest.mark.parametrize(
    "text",
    [
        *("true", "False", "yes", "NO", "on", "Off", "y", "N", "Null", "~", "=", "<<", ""),
        *("8000", "+1", "1.5", ".5", "1e3", "1.", "0755", "0o755", "0X1F", "0b1", "1_000", "8080:80", "190:20:30.15"),
        *("-.INF", ".nan", "2026-01-01", "2026-01-01T10:00:00Z"),
        *(" a", "a ", "a: b", "a:", "a #b", "#a", "- a", "-", "--- a", "...", "? a", "*a", "&a", "!a", "[a", "{a"),
        *("]", "}", ",", "'a", "%a", "@a", "`a", "|", ">", "{{ a }}", "é", "a\tb", r'"a\b"'),
    ],
)
def test_a_text_that_some_reader_takes_for_something_else_is_in_double_quotes(text: str) -> None:
    assert f"{json.dumps(text, ensure_ascii=False)}: 1\n" == dump({text: 1})
    assert f"{json.dumps(text, ensure_ascii=False)}\n" == dump(text)


@pytest.mark.parametrize(
    "text",
    [
        *("nvidia.com/gpu", "192.168.1.250", "10.42.0.0/16", "1.2.3", "24Gi", "12m", "ghcr.io/a/b:v1", "it's", "nop"),
        *("nvidia.com/gpu=present:NoSchedule", "--port=8000", "-c", "$(POD_IP)", "a b", "a#b", "yes!", ".hidden"),
        *("http://a.b:80/c", "a,b", "52:54:0a:12:34:56", "08:30pm", "1d2h", "word " * 100 + "end"),
    ],
)
def test_a_text_that_every_reader_takes_for_itself_is_plain_and_on_one_line(text: str) -> None:
    assert f"{text}\n" == dump(text)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a\nb", "|-\n  a\n  b\n"),
        ("a\nb\n", "|\n  a\n  b\n"),
        ("a\n\n\n", "|+\n  a\n\n\n"),
        ("a\n\n  b\n", "|\n  a\n\n    b\n"),
        ("\na:\n\tb # c\ngrüße\n", "|\n\n  a:\n  \tb # c\n  grüße\n"),
    ],
)
def test_text_of_several_lines_is_a_literal_block_without_trailing_space(text: str, written: str) -> None:
    assert written == dump(text)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        *(("\n", '"\\n"\n'), (" a\nb", '" a\\nb"\n'), ("a\nb\t", '"a\\nb\\t"\n'), ("a\n  \nb", '"a\\n  \\nb"\n')),
        *(("a\r\nb", '"a\\r\\nb"\n'), ("a\n\x1b", '"a\\n\\u001b"\n'), ("a\x85\u2028b", '"a\\u0085\\u2028b"\n')),
        *(("a\n\ufeffb", '"a\\n\\ufeffb"\n'), ("a\u202eb", '"a\\u202eb"\n')),
    ],
)
def test_text_that_a_block_would_change_or_hide_is_in_double_quotes(text: str, written: str) -> None:
    assert written == dump(text)


@pytest.mark.parametrize("part", ["1", "1_", "1:1", "a b", "a:b", "1e1", ".1"])
def test_a_long_text_that_almost_is_a_number_costs_no_more_than_its_length(part: str) -> None:
    text = part * 200_000 + "x"  # minutes, if any expression tried each way to split it
    assert f"{text}\n" == dump(text)


@pytest.mark.parametrize("length", [128, 129, 1000, 1001, 1024, 5000])
def test_a_key_of_any_length_is_read_back(length: int) -> None:
    key = "é" * length
    data = {"before": 1, key: {"a": [1]}, "after": [{key: [1, [2]], "b": {}}, {key: "a\nb"}]}
    assert data == yaml.safe_load(dump(data))


def test_numbers_are_spelled_as_both_versions_of_yaml_read_them() -> None:
    data = [0, -3, 1.0, 1e-7, -2.5e300, 1e16, float("inf"), float("-inf"), float("nan"), True, None]
    expected = "0 -3 1.0 1.0e-07 -2.5e+300 1.0e+16 .inf -.inf .nan true null"
    assert "".join(f"- {number}\n" for number in expected.split()) == dump(data)


def test_a_manifest_looks_as_kubectl_prints_it_and_writes_shared_parts_out() -> None:
    labels = {"app.kubernetes.io/name": "qwen", "hydra.io/gpu-count": "2"}
    manifest = {
        "kind": "Deployment",
        "metadata": {"name": "qwen", "labels": labels},
        "spec": {
            "replicas": 1,
            "selector": labels,
            "containers": [{"args": ["--port=8000", "32768"], "env": [{"name": "A", "value": "true"}], "command": []}],
            "volumes": [{"emptyDir": {}}, [[1, [2]], 3, [[{}]]]],
        },
        "data": {"run.sh": '#!/bin/sh\n\nif true; then\n  echo "a: b" # c\nfi\n', "port": "8000"},
    }
    expected = """\
kind: Deployment
metadata:
  name: qwen
  labels:
    app.kubernetes.io/name: qwen
    hydra.io/gpu-count: "2"
spec:
  replicas: 1
  selector:
    app.kubernetes.io/name: qwen
    hydra.io/gpu-count: "2"
  containers:
  - args:
    - --port=8000
    - "32768"
    env:
    - name: A
      value: "true"
    command: []
  volumes:
  - emptyDir: {}
  - - - 1
      - - 2
    - 3
    - - - {}
data:
  run.sh: |
    #!/bin/sh

    if true; then
      echo "a: b" # c
    fi
  port: "8000"
"""
    assert expected == dump(manifest)


class _Colour(enum.StrEnum):
    RED = "red"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ([dt.date(2026, 1, 1)], "datetime.date(2026, 1, 1) is of type date, which YAML for Kubernetes can't hold"),
        ({"a": (1,)}, "(1,) is of type tuple, which YAML for Kubernetes can't hold"),
        (_Colour.RED, "<_Colour.RED: 'red'> is of type _Colour, which YAML for Kubernetes can't hold"),
        ({"a": {1: 2}}, "the key 1 is of type int, not str"),
        ({"a": {"\udfff": 1}}, r"'\udfff' holds half a surrogate pair, which is no text"),
    ],
)
def test_what_is_not_plain_data_is_a_type_error_that_shows_it(data: object, message: str) -> None:
    with pytest.raises(TypeError) as caught:
        dump(data)
    assert message == str(caught.value)
