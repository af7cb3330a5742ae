"""Where in the text each key and value is."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from pyfleet.errors import Location
from pyfleet.loading.document import Document, parse_document

TEXT = """\
cluster:
  name: hydra
hosts:
  hydra-ai:
    gpus: [rtx-5090, "rtx-4090"]
    labels: {version: 1.20, mode: '0755'}
    empty:
  "1": &one
    gpus:
      - x
      - [w, z]
  other: {<<: *one, role: agent}
"""


@pytest.fixture(scope="module")
def document() -> Document:
    return parse_document(TEXT, "f")


@pytest.mark.parametrize(
    ("path", "value", "key"),
    [
        ([], (1, 1), (1, 1)),
        (["cluster"], (2, 3), (1, 1)),
        (["cluster", "name"], (2, 9), (2, 3)),
        (["hosts", "hydra-ai", "gpus"], (5, 11), (5, 5)),
        (["hosts", "hydra-ai", "gpus", 1], (5, 22), (5, 22)),
        (["hosts", "hydra-ai", "labels", "mode"], (6, 35), (6, 29)),
        (["hosts", "hydra-ai", "empty"], (7, 11), (7, 5)),
        (["hosts", "1"], (8, 8), (8, 3)),
        (["hosts", "1", "gpus", 1, 0], (11, 10), (11, 10)),
    ],
)
def test_the_place_of_a_value_and_of_its_key(
    document: Document, path: list[str | int], value: tuple[int, int], key: tuple[int, int]
) -> None:
    assert Location("f", *value) == document.locate(path)
    assert Location("f", *key) == document.locate(path, key=True)
    assert Location("f", *key) == document.locate(tuple(path), key=True)


def test_what_was_merged_is_where_it_is_written(document: Document) -> None:
    assert Location("f", 10, 9) == document.locate(["hosts", "other", "gpus", 0])
    assert Location("f", 12, 21) == document.locate(["hosts", "other", "role"], key=True)


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (["cluster", "domain"], (1, 1)),
        (["nothing"], (1, 1)),
        (["hosts", "hydra-ai", "memory"], (4, 3)),
        (["hosts", "hydra-ai", "gpus", 7], (5, 5)),
        (["hosts", "1", "gpus", 1, 9], (11, 9)),
        (["hosts", "hydra-ai", "labels", "a", "b"], (6, 5)),
    ],
)
def test_what_is_missing_is_at_the_key_of_what_lacks_it(
    document: Document, path: list[str | int], place: tuple[int, int]
) -> None:
    assert Location("f", *place) == document.locate(path)


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (["cluster", "name", "str"], (2, 9)),
        (["cluster", "name", "function-after[check(), str]"], (2, 9)),
        (["hosts", "Host", "hydra-ai", "list[str]", "gpus", "Gpu", 0, "str"], (5, 12)),
        (["hosts", "hydra-ai", "gpus", "literal"], (5, 5)),
        (["hosts", "hydra-ai", "[key]"], (4, 3)),
        (["hosts", "hydra-ai", "empty", "[key]"], (7, 5)),
        (["hosts", "hydra-ai", "gpus", -1], (5, 5)),
        (["cluster", 0], (1, 1)),
    ],
)
def test_steps_that_name_nothing_in_the_file_are_passed_over(
    document: Document, path: list[str | int], place: tuple[int, int]
) -> None:
    assert Location("f", *place) == document.locate(path)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (["hosts", "hydra-ai", "labels", "version"], "1.20"),
        (["hosts", "hydra-ai", "labels", "version", "float"], "1.20"),
        (["hosts", "hydra-ai", "labels", "mode"], "0755"),
        (["hosts", "hydra-ai", "empty"], ""),
        (["hosts", "hydra-ai"], None),
        (["hosts", "hydra-ai", "gpus", 9], None),
    ],
)
def test_the_text_of_a_scalar_is_kept_as_written(document: Document, path: list[str | int], text: str | None) -> None:
    assert text == document.source_text(path)


_SHAPES = st.recursive(
    st.just(None),
    lambda part: st.lists(part, min_size=1, max_size=4) | st.dictionaries(st.integers(), part, min_size=1, max_size=4),
    max_leaves=30,
)


def _named(shape: Any, names: list[str]) -> Any:
    """Turn a shape into data in which each key and each scalar is a text that occurs once."""
    if shape is None:
        names.append(f"é☃{len(names):04}")
        return names[-1]
    if isinstance(shape, list):
        return [_named(part, names) for part in shape]
    return {_named(None, names): _named(part, names) for part in shape.values()}


def _paths(data: Any, path: tuple[str | int, ...] = ()) -> list[tuple[tuple[str | int, ...], bool, str]]:
    """Return path, whether it is a key, and text of each key and scalar."""
    if isinstance(data, dict):
        keys = [((*path, key), True, key) for key in data]
        return keys + [found for key, part in data.items() for found in _paths(part, (*path, key))]
    if isinstance(data, list):
        return [found for index, part in enumerate(data) for found in _paths(part, (*path, index))]
    return [(path, False, data)]


@settings(max_examples=200, deadline=None)
@given(
    st.dictionaries(st.integers(), _SHAPES, min_size=1),
    st.sampled_from([True, False, None]),
    st.sampled_from([None, '"', "'"]),
    st.integers(2, 9),
    st.sampled_from(["\n", "\r\n"]),
)
def test_every_key_and_scalar_is_found_where_its_text_is(
    shape: Any,
    flow: bool | None,  # noqa: FBT001
    quote: str | None,
    indent: int,
    line_end: str,
) -> None:
    data = _named(shape, [])
    text = yaml.safe_dump(
        data, default_flow_style=flow, default_style=quote, indent=indent, allow_unicode=True, line_break=line_end
    )
    document = parse_document(text, "f")
    lines = text.splitlines()
    for path, is_key, name in _paths(data):
        place = document.locate(path, key=is_key)
        start = place.column - 1 + (1 if quote else 0)
        assert lines[place.line - 1][start:].startswith(name)
        assert quote is None or lines[place.line - 1][place.column - 1] == quote
