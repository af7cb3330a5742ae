"""Values of charts are laid over each other as Helm does."""

from __future__ import annotations

from typing import Any

import pytest

from pyfleet.planning.platform.values import merged


@pytest.mark.parametrize(
    ("below", "over", "expected"),
    [
        ({"a": 1}, {}, {"a": 1}),
        ({"a": 1}, {"b": 2}, {"a": 1, "b": 2}),
        ({"a": {"x": 1, "y": 1}}, {"a": {"y": 2}}, {"a": {"x": 1, "y": 2}}),
        ({"a": [1, 2]}, {"a": [3]}, {"a": [3]}),
        ({"a": {"x": 1}}, {"a": None}, {"a": None}),
        ({"a": 1}, {"a": {"x": 1}}, {"a": {"x": 1}}),
        ({"a": {"x": 1}}, {"a": False}, {"a": False}),
    ],
)
def test_mappings_are_merged_and_anything_else_is_replaced(
    below: dict[str, Any], over: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert merged(below, over) == expected


def test_neither_side_is_changed() -> None:
    below: dict[str, Any] = {"a": {"x": 1}}
    over: dict[str, Any] = {"a": {"y": 2}}
    merged(below, over)

    assert (below, over) == ({"a": {"x": 1}}, {"a": {"y": 2}})
