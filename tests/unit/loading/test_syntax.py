"""Syntax errors in plain words, whichever of PyYAML's two parsers found them."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from pyfleet.errors import ProblemsFound
from pyfleet.loading.compose import LOADER, compose, with_hooks

PARSERS = [pytest.param(LOADER, id="libyaml"), pytest.param(with_hooks(yaml.SafeLoader), id="python")]


def problem_of(text: str, parser: Any) -> list[str]:
    with pytest.raises(ProblemsFound) as caught:
        compose(text, "f", parser)
    (problem,) = caught.value.problems
    return [f"{problem.location.line}:{problem.location.column} {problem.code} {problem.message}", problem.hint]


@pytest.mark.parametrize("parser", PARSERS)
@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("a:\n\tb: 1", "2:1 F001 a tab can't indent a line", "indent with spaces"),
        ("a: |\n\tx", "2:1 F001 a tab can't indent a line", "indent with spaces"),
        (
            "a:1\nb: 2",
            "2:2 F001 the key on the line above has no value",
            "put a space after its colon: `key: value`",
        ),
        ("a: 1\nfoo\nb: 2", "2:1 F001 a key without a colon", "write `key: value`, with a space after the colon"),
        (
            "key\n\nb: 1",
            "3:2 F001 a key can't start here",
            "look at the line above: it should be `key: value`, `key:` or `- item`",
        ),
        (
            "a: b: c",
            '1:5 F001 a second ": " on one line',
            "put the text in quotes, or the second key on a line of its own",
        ),
        (
            "a: 1\n b: 2",
            "2:3 F001 this line is indented deeper than the line above allows",
            "give it the indentation of the line above",
        ),
        (
            "a:\n  b: 1\n c: 2",
            "3:2 F001 this is no part of the mapping that starts on line 1",
            "check the indentation here and above, and that nothing follows a closing quote or bracket",
        ),
        (
            "- a\nb: 1",
            "2:1 F001 this is no item of the list that starts on line 1",
            "start it with `- `, or check its indentation",
        ),
        (
            "a: - b",
            "1:4 F001 a list can't start on the line of its key",
            "put `- item` on the next line, or write [item, item]",
        ),
        ('a: 1\nb: "foo\nc: 3', '2:4 F001 the quote " that starts here is never closed', 'add the closing "'),
        ("a: 'x\n---\n'", "1:4 F001 the quote ' that starts here is never closed", "add the closing '"),
        (
            "a: 'it's'",
            "1:8 F001 text after a closing quote",
            "put all of it in quotes, in which a ' is written ''",
        ),
        (
            "a: [1, 2\nb: 3",
            "1:4 F001 the [ that starts here is not closed before line 2, column 2",
            "add ], or a missing comma",
        ),
        (
            "a: {x: [1}",
            "1:8 F001 the [ that starts here is not closed before line 1, column 10",
            "add ], or a missing comma",
        ),
        ("a: ,", "1:4 F001 a value should be here, not ,", "add the value, or put the text in quotes"),
        ("a: *.x", "1:5 F001 *.x is read as an alias, for it starts with *", "put the text in quotes"),
        ("a: &", "1:5 F001 & is read as an anchor, for it starts with &", "put the text in quotes"),
        (
            "a: [*foo]",
            "1:5 F001 nothing above is named &foo",
            "name a value &foo first; text that starts with * needs quotes",
        ),
        ("a: &a 1\nb: &a 2", "2:4 F001 &a is on line 1 already", "give one of the two another name"),
        ("a: @x", "1:4 F001 text can't start with @", "put the text in quotes"),
        ("a: `x", "1:4 F001 text can't start with `", "put the text in quotes"),
        ("a: %x", "1:4 F001 text can't start with %", "put the text in quotes"),
        ("a: !e!b x", "1:4 F001 !e!b is read as a tag, for it starts with !", "put the text in quotes"),
        (
            "a: |x\n b",
            "1:5 F001 text on the line of a | or >",
            "start the text on the next line, or put it in quotes",
        ),
        ("a: 1\n...\nb", "3:1 F001 text after the end of the document", "remove the ... line, or what follows it"),
        ("%YAML 2.0\n---\na: 1", "1:1 F001 this version of YAML is not known", "remove the %YAML line"),
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
def test_an_error_says_what_is_the_matter_and_the_way_out(parser: Any, text: str, message: str, hint: str) -> None:
    assert [message, hint] == problem_of(text, parser)


@pytest.mark.parametrize("parser", PARSERS)
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [1,", "a value or a closing bracket is missing before this place"),
        ('a: "\\q"', "a backslash that starts no known escape"),
        ('a: "C:\\users"', "a backslash that starts no known escape"),
        ("a: !<x y", "!<x is read as a tag, for it starts with !"),
    ],
)
def test_where_the_parsers_stop_differs_but_not_what_is_said(parser: Any, text: str, message: str) -> None:
    assert message == problem_of(text, parser)[0].partition(" F001 ")[2]
