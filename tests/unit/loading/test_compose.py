"""What is refused while a text becomes nodes: the same words with any libyaml, and without."""

from __future__ import annotations

import pytest

from pyfleet.errors import ProblemsFound
from pyfleet.loading.compose import FASTEST, MAX_DEPTH, PYTHON, Loader, compose

PARSERS = pytest.mark.parametrize("parser", [pytest.param(FASTEST, id="fastest"), pytest.param(PYTHON, id="python")])
NEEDS_QUOTES = "text that starts with this sign needs quotes"


def problem_of(text: str, parser: Loader) -> tuple[str, str]:
    with pytest.raises(ProblemsFound) as caught:
        compose(text, "f", parser)
    (problem,) = caught.value.problems
    return f"{problem.location.line}:{problem.location.column} {problem.code} {problem.message}", problem.hint


@PARSERS
@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("a: 1\n...\nb", "3:1 F001 expected '<document start>', but found '<scalar>'", ""),
        (
            'a: 1\nb: "foo\nc: 3',
            "3:5 F001 while scanning a quoted scalar (line 2, column 4): found unexpected end of stream",
            "",
        ),
        ("a:\n  - b\n\t- c", "3:1 F001 found character '\\t' that cannot start any token", "indent with spaces"),
        (
            "a: {x: [1}",
            "1:10 F001 while parsing a flow sequence (line 1, column 8): expected ',' or ']', but got '}'",
            "close the [ with ], and put a comma between its items",
        ),
        (
            "a:1\nb: 2",
            "2:2 F001 mapping values are not allowed here",
            "text with `: ` in it needs quotes; else look at the indentation, here and on the line above",
        ),
        ("a: [*foo]", "1:5 F001 found undefined alias 'foo'", NEEDS_QUOTES),
        (
            "a: &a 1\nb: &a 2",
            "2:4 F001 found duplicate anchor 'a'; first occurrence (line 1, column 4): second occurrence",
            NEEDS_QUOTES,
        ),
        ("a: @x", "1:4 F001 found character '@' that cannot start any token", NEEDS_QUOTES),
        (
            "a: x\x07",
            "1:5 F001 the character U+0007 is not allowed in YAML",
            'remove it, or write it as "\\u0007" in double quotes',
        ),
        (
            "a: 1\n---\nb: 1",
            "2:1 F006 a second document starts here",
            "keep one document in the file: remove the --- line",
        ),
    ],
)
def test_an_error_is_in_pyyamls_words_with_its_place_and_where_the_broken_part_began(
    parser: Loader, text: str, message: str, hint: str
) -> None:
    assert (message, hint) == problem_of(text, parser)


@PARSERS
@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("[" * 100_000, 100),
        ("[{" * 100_000, 100),
        ('[[[[[[["",' * 100_000, 142),
        ("a: " + "{a: " * 1000, 396),
        ("- " * 5000, 199),
        ("? " * 5000, 199),
        ("- - " * 100, 199),
    ],
)
def test_nesting_without_end_is_refused_at_our_limit_and_not_at_the_parsers(
    parser: Loader, text: str, column: int
) -> None:
    message, _ = problem_of(text, parser)

    assert f"1:{column} F007 lists and mappings are nested more than {MAX_DEPTH} deep" == message


@PARSERS
def test_nesting_up_to_the_limit_is_read(parser: Loader) -> None:
    assert compose("[" * MAX_DEPTH + "]" * MAX_DEPTH, "f", parser) is not None
