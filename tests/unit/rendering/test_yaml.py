"""The YAML emitter: exact, stable, and read back alike by every reader."""

from __future__ import annotations

import datetime as dt
import enum
import json
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
        *(
            ": ",
            ":",
            "#",
            "-",
            "---",
            "...",
            "?",
            "|",
            ">",
            "&",
            "*",
            "!",
            "%",
            "@",
            "`",
            "'",
            '"',
            "[",
            "]",
            "{",
            "}",
        ),
        *(
            ",",
            "=",
            "<<",
            "~",
            "null",
            "true",
            "No",
            "y",
            "1:30",
            "0755",
            "0o7",
            "0x1F",
            "0b1",
            "1e3",
            "1_0",
            ".5",
        ),
        *(
            "-.5",
            "+1",
            ".inf",
            "-.nan",
            "2026-01-01",
            "2026-1-1T0:0:0",
            "\\",
            "a",
            "b c",
            "\n",
            "\n\n",
            " ",
            "\t",
        ),
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


@settings(max_examples=400, deadline=None)
@given(_DATA)
def test_what_is_written_is_read_back(data: object) -> None:
    text = dump(data)
    assert data == yaml.safe_load(text)
    assert data == yaml.load(text, yaml.CSafeLoader)
    assert text == dump(yaml.safe_load(text))


@settings(max_examples=400, deadline=None)
@given(_TEXT, _TEXT)
def test_any_text_is_a_key_and_a_value(key: str, value: str) -> None:
    data = {"first": {key: value, "next": [value, {key: [value]}]}, "last": value}
    assert data == yaml.load(dump(data), yaml.CSafeLoader)
    assert data == yaml.safe_load(dump(data))


@pytest.mark.parametrize(
    "text",
    [
        *("true", "True", "no", "YES", "on", "Off", "y", "N", "null", "~", "=", "<<", ""),
        *(
            "8000",
            "-1",
            "+1",
            "1.5",
            ".5",
            "1e3",
            "1E+3",
            "1.",
            "0755",
            "0o755",
            "0x1F",
            "0X1F",
            "0b1",
            "1_000",
        ),
        *("1:30", "190:20:30.15", "8080:80", ".inf", "-.INF", ".nan", "2026-01-01", "2026-01-01T10:00:00Z"),
        *(
            " a",
            "a ",
            "a: b",
            "a:",
            "a #b",
            "#a",
            "- a",
            "-",
            "---",
            "--- a",
            "...",
            "? a",
            "a\tb",
            "*a",
            "&a",
            "!a",
        ),
        *("[a", "{a", "]", "}", ",", "'a", "%a", "@a", "`a", "|", ">", "{{ a }}", "é"),
    ],
)
def test_a_text_that_some_reader_takes_for_something_else_is_in_double_quotes(text: str) -> None:
    assert f"{json.dumps(text, ensure_ascii=False)}\n" == dump(text)


def test_a_double_quote_and_a_backslash_are_escaped_in_quotes() -> None:
    expected = r'"\"a\\b\""' + "\n"
    assert expected == dump(r'"a\b"')


@pytest.mark.parametrize(
    "text",
    [
        *(
            "a",
            "nvidia.com/gpu",
            "192.168.1.250",
            "10.42.0.0/16",
            "1.2.3",
            "24Gi",
            "12m",
            "ghcr.io/a/b:v1",
            "it's",
        ),
        *(
            "nvidia.com/gpu=present:NoSchedule",
            "--port=8000",
            "-c",
            "/a/b",
            "$(POD_IP)",
            "a b",
            "a#b",
            "nop",
            "yes!",
        ),
        *(
            "http://a.b:80/c",
            "sha256:0123",
            "a,b",
            "52:54:0a:12:34:56",
            "08:30pm",
            ".hidden",
            "true-ish",
            "1d2h",
        ),
    ],
)
def test_a_text_that_every_reader_takes_for_itself_is_plain(text: str) -> None:
    assert f"{text}\n" == dump(text)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a\nb", "|-\n  a\n  b\n"),
        ("a\nb\n", "|\n  a\n  b\n"),
        ("a\n\n", "|+\n  a\n\n"),
        ("a\n\n\n", "|+\n  a\n\n\n"),
        ("a\n\n  b\n", "|\n  a\n\n    b\n"),
        ("\na\n", "|\n\n  a\n"),
        ("a:\n\tb # c\n", "|\n  a:\n  \tb # c\n"),
        ("grüße\n", "|\n  grüße\n"),
    ],
)
def test_text_of_several_lines_is_a_literal_block_without_trailing_space(text: str, written: str) -> None:
    assert written == dump(text)
    assert text == yaml.safe_load(written)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("\n", '"\\n"\n'),
        (" a\nb", '" a\\nb"\n'),
        ("\n\ta", '"\\n\\ta"\n'),
        ("a \nb", '"a \\nb"\n'),
        ("a\nb\t", '"a\\nb\\t"\n'),
        ("a\n  \nb", '"a\\n  \\nb"\n'),
        ("a\r\nb", '"a\\r\\nb"\n'),
        ("a\n\x1b", '"a\\n\\u001b"\n'),
        ("a\x85\u2028b", '"a\\u0085\\u2028b"\n'),
        ("a\n\ufeffb", '"a\\n\\ufeffb"\n'),
        ("a\u202eb", '"a\\u202eb"\n'),
    ],
)
def test_text_that_a_block_would_change_or_hide_is_in_double_quotes(text: str, written: str) -> None:
    assert written == dump(text)
    assert text == yaml.safe_load(written)


@pytest.mark.parametrize("part", ["1", "1_", "1:1", "a b", "a:b", "1e1", ".1"])
def test_a_long_text_that_almost_is_a_number_costs_no_more_than_its_length(part: str) -> None:
    text = part * 200_000 + "x"  # minutes, if any expression tried each way to split it
    assert f"{text}\n" == dump(text)


def test_long_lines_are_not_wrapped() -> None:
    text = "word " * 100 + "end"
    assert f"a: {text}\n" == dump({"a": text})


@pytest.mark.parametrize("length", [128, 129, 999, 1000, 1001, 1022, 1024, 5000])
@pytest.mark.parametrize("value", ["x", 1, [1, [2]], {"a": {"b": 1}}, {}, "a\nb"])
def test_a_key_of_any_length_is_read_back(length: int, value: object) -> None:
    data = {"before": 1, "k" * length: value, "é" * length: value, "after": [{"k" * length: value, "b": 1}]}
    assert data == yaml.safe_load(dump(data))
    assert data == yaml.load(dump(data), yaml.CSafeLoader)


def test_a_key_is_quoted_by_the_rules_of_a_value() -> None:
    data = {"on": 1, "8000": 2, "a: b": 3, "a\nb": 4, "": 5, "<<": 6, "a.b/c": 7}
    expected = '"on": 1\n"8000": 2\n"a: b": 3\n"a\\nb": 4\n"": 5\n"<<": 6\na.b/c: 7\n'
    assert expected == dump(data)


def test_numbers_are_read_back_by_both_versions_of_yaml() -> None:
    data = [0, -3, 1.0, 1e-7, -2.5e300, 1e16, float("inf"), float("-inf"), True, None]
    written = "- 0\n- -3\n- 1.0\n- 1.0e-07\n- -2.5e+300\n- 1.0e+16\n- .inf\n- -.inf\n- true\n- null\n"
    assert written == dump(data)
    assert data == yaml.safe_load(written)
    assert dump(float("nan")) == ".nan\n"


def test_an_object_twice_in_a_document_is_written_twice() -> None:
    labels = {"a": "b"}
    expected = "one:\n  a: b\ntwo:\n  a: b\n"
    assert expected == dump({"one": labels, "two": labels})


def test_a_deployment_looks_as_kubectl_prints_it() -> None:
    deployment = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "qwen", "labels": {"app.kubernetes.io/name": "qwen", "hydra.io/gpu-count": "2"}},
        "spec": {
            "replicas": 1,
            "template": {
                "spec": {
                    "containers": [
                        {
                            "name": "qwen",
                            "image": "vllm/vllm-openai:v0.11.0",
                            "args": ["--port=8000", "--max-model-len", "32768"],
                            "env": [{"name": "DEBUG", "value": "true"}],
                            "securityContext": {},
                            "command": [],
                        }
                    ],
                    "volumes": [{"name": "shm", "emptyDir": {"medium": "Memory", "sizeLimit": "8Gi"}}],
                }
            },
        },
    }
    expected = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: qwen
  labels:
    app.kubernetes.io/name: qwen
    hydra.io/gpu-count: "2"
spec:
  replicas: 1
  template:
    spec:
      containers:
      - name: qwen
        image: vllm/vllm-openai:v0.11.0
        args:
        - --port=8000
        - --max-model-len
        - "32768"
        env:
        - name: DEBUG
          value: "true"
        securityContext: {}
        command: []
      volumes:
      - name: shm
        emptyDir:
          medium: Memory
          sizeLimit: 8Gi
"""
    assert expected == dump(deployment)


def test_a_script_in_a_config_map_stays_readable() -> None:
    script = '#!/bin/sh\nset -eu\n\nif true; then\n  echo "a: b" # c\nfi\n'
    expected = """\
kind: ConfigMap
data:
  run.sh: |
    #!/bin/sh
    set -eu

    if true; then
      echo "a: b" # c
    fi
  port: "8000"
"""
    assert expected == dump({"kind": "ConfigMap", "data": {"run.sh": script, "port": "8000"}})


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ({}, "{}\n"),
        ([], "[]\n"),
        ([[]], "- []\n"),
        ([[1, [2]], 3], "- - 1\n  - - 2\n- 3\n"),
        ({"a": [[{}]]}, "a:\n- - {}\n"),
    ],
)
def test_empty_and_nested_containers(data: object, path: str) -> None:
    assert path == dump(data)


class _Colour(enum.StrEnum):
    RED = "red"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            dt.date(2026, 1, 1),
            "the document is of type date, which YAML for Kubernetes has no word for",
        ),
        (
            {"a": [{"b.c/d": (1,)}]},
            'a[0]["b.c/d"] is of type tuple, which YAML for Kubernetes has no word for',
        ),
        ({"a": _Colour.RED}, "a is of type _Colour, which YAML for Kubernetes has no word for"),
        ({"a": {1: 2}}, "a has the key 1, of type int; keys must be str"),
        ({"a": ["b", "\ud800"]}, "a[1] holds the lone surrogate U+D800, which is no text"),
        ({"a": {"\udfff": 1}}, "a holds the lone surrogate U+DFFF, which is no text"),
        ({"a": ["x\n" * 200 + "\ud800"]}, "a[0] holds the lone surrogate U+D800, which is no text"),
        ([10**5000], "[0] is an int too long to write"),
    ],
)
def test_what_is_not_plain_data_is_a_type_error_with_its_path(data: object, message: str) -> None:
    with pytest.raises(TypeError) as caught:
        dump(data)
    assert message == str(caught.value)


def test_data_that_holds_itself_is_a_type_error() -> None:
    data: dict[str, Any] = {}
    data["a"] = [data]
    with pytest.raises(TypeError, match="more than 100 deep; does it hold itself"):
        dump(data)


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
