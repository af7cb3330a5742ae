"""What most likely is the matter where a text stops being YAML: a table from PyYAML's wording to ours."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import yaml


@dataclass(frozen=True, slots=True)
class Scene:
    """What is known about an error: the text, where reading stopped, and where the broken part began."""

    text: str
    stop: yaml.Mark
    start: yaml.Mark

    @property
    def character(self) -> str:
        """The character at which reading stopped."""
        return self.text[self.stop.index : self.stop.index + 1]

    @property
    def opening(self) -> str:
        """The character with which the broken part began."""
        return self.text[self.start.index : self.start.index + 1]

    @property
    def word(self) -> str:
        """The word with which the broken part began."""
        match = re.compile(r"[^\s,\]}]{1,40}").match(self.text, self.start.index)
        return match[0] if match else ""


_Words = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Cause:
    """A fragment of PyYAML's wording (libyaml's and the Python parser's differ) and what to say instead."""

    fragments: tuple[str, ...]
    explain: Callable[[Scene], _Words]
    at_start: bool = False


def _several_documents(_scene: Scene) -> _Words:
    return "a second document starts here", "keep one document in the file: remove the --- line"


def _cannot_start(scene: Scene) -> _Words:
    if scene.character == "\t":
        return "a tab can't indent a line", "indent with spaces"
    return f"text can't start with {scene.character}", "put the text in quotes"


def _tab(_scene: Scene) -> _Words:
    return "a tab can't indent a line", "indent with spaces"


def _unclosed_quote(scene: Scene) -> _Words:
    return f"the quote {scene.opening} that starts here is never closed", f"add the closing {scene.opening}"


def _unclosed_bracket(scene: Scene) -> _Words:
    closing = {"[": "]", "{": "}"}.get(scene.opening, "the closing bracket")
    end = f"line {scene.stop.line + 1}, column {scene.stop.column + 1}"
    return (
        f"the {scene.opening} that starts here is not closed before {end}",
        f"add {closing}, or a missing comma",
    )


def _stray_colon(scene: Scene) -> _Words:
    # A colon where no key can be has three common causes; its line and the one above tell them apart.
    lines = scene.text.splitlines()[: scene.stop.line + 1]
    here = lines.pop()
    before = next((line for line in reversed(lines) if line.strip()), "")
    if ": " in here[: scene.stop.column]:
        return 'a second ": " on one line', "put the text in quotes, or the second key on a line of its own"
    if _GLUED.match(before):
        return "the key on the line above has no value", "put a space after its colon: `key: value`"
    if ":" in before and _indent(here) > _indent(before):
        return (
            "this line is indented deeper than the line above allows",
            "give it the indentation of the line above",
        )
    return "a key can't start here", "look at the line above: it should be `key: value`, `key:` or `- item`"


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


_GLUED: Final = re.compile(r"\s*(?:- +)*[\w./-]+:[^\s:]")


def _list_beside_key(_scene: Scene) -> _Words:
    return "a list can't start on the line of its key", "put `- item` on the next line, or write [item, item]"


def _not_a_key(scene: Scene) -> _Words:
    before = scene.text[: scene.stop.index].rstrip(" ")[-1:]
    if before and before in "'\"":
        return "text after a closing quote", f"put all of it in quotes, in which a {before} is written {_QUOTE[before]}"
    return (
        f"this is no part of the mapping that starts on line {scene.start.line + 1}",
        "check the indentation here and above, and that nothing follows a closing quote or bracket",
    )


_QUOTE: Final = {"'": "''", '"': '\\"'}


def _not_an_item(scene: Scene) -> _Words:
    return (
        f"this is no item of the list that starts on line {scene.start.line + 1}",
        "start it with `- `, or check its indentation",
    )


def _missing_colon(_scene: Scene) -> _Words:
    return "a key without a colon", "write `key: value`, with a space after the colon"


def _alias_or_anchor(scene: Scene) -> _Words:
    kind = "an alias" if scene.opening == "*" else "an anchor"
    return f"{scene.word} is read as {kind}, for it starts with {scene.opening}", "put the text in quotes"


def _undefined_alias(scene: Scene) -> _Words:
    name = scene.word[1:]
    return (
        f"nothing above is named &{name}",
        f"name a value &{name} first; text that starts with * needs quotes",
    )


def _duplicate_anchor(scene: Scene) -> _Words:
    name = scene.word
    return f"{name} is on line {scene.start.line + 1} already", "give one of the two another name"


def _escape(_scene: Scene) -> _Words:
    return (
        "a backslash that starts no known escape",
        r"double the backslash (\\), or use single quotes, in which it means itself",
    )


def _block_header(_scene: Scene) -> _Words:
    return "text on the line of a | or >", "start the text on the next line, or put it in quotes"


def _nothing_here(scene: Scene) -> _Words:
    if scene.character.strip():
        return f"a value should be here, not {scene.character}", "add the value, or put the text in quotes"
    return "a value or a closing bracket is missing before this place", "close each [ and {"


def _after_the_end(_scene: Scene) -> _Words:
    return "text after the end of the document", "remove the ... line, or what follows it"


def _version(_scene: Scene) -> _Words:
    return "this version of YAML is not known", "remove the %YAML line"


def _directive(_scene: Scene) -> _Words:
    return "a line that starts with % is a YAML directive, and this is none", "put the text in quotes"


def _tag(scene: Scene) -> _Words:
    return f"{scene.word} is read as a tag, for it starts with !", "put the text in quotes"


SEVERAL_DOCUMENTS: Final = Cause(("expected a single document",), _several_documents)

# The first that fits is taken, so the narrower ones come first.
CAUSES: Final = (
    SEVERAL_DOCUMENTS,
    Cause((" tag",), _tag),
    Cause(("found a tab character", "found character '\\t'"), _tab),
    Cause(("that cannot start any token",), _cannot_start),
    Cause(("while scanning a quoted scalar: found unexpected",), _unclosed_quote, at_start=True),
    Cause(("while parsing a flow sequence", "while parsing a flow mapping"), _unclosed_bracket, at_start=True),
    Cause(("mapping values are not allowed",), _stray_colon),
    Cause(("sequence entries are not allowed",), _list_beside_key),
    Cause(("while parsing a block mapping",), _not_a_key),
    Cause(("while parsing a block collection",), _not_an_item),
    Cause(("while scanning a simple key",), _missing_colon, at_start=True),
    Cause(("undefined alias",), _undefined_alias),
    Cause(("while scanning an alias", "while scanning an anchor"), _alias_or_anchor),
    Cause(("duplicate anchor",), _duplicate_anchor),
    Cause(("while scanning a block scalar",), _block_header),
    Cause(("node content",), _nothing_here),
    Cause(("document start",), _after_the_end),
    Cause(("incompatible YAML", "%YAML"), _version),
    Cause(("directive",), _directive),
    Cause(("unknown escape", "escape sequence", "hexdecimal"), _escape),
)
