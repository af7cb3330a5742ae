"""What a plain (unquoted) YAML scalar means, where YAML 1.1 and YAML 1.2 agree; a `Trap` where they do not.

PyYAML reads YAML 1.1 (`NO` is false, `1:30` is 90, `0755` is 493); editors and most people expect 1.2.
Text that the two read differently therefore never gets a value: the user has to write which one is meant.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from yaml.constructor import SafeConstructor
from yaml.nodes import ScalarNode
from yaml.resolver import Resolver

LONGEST_NUMBER: Final = 100
"""Characters. Beyond it Python would round, overflow or (from 4300 digits) refuse to convert."""


@dataclass(frozen=True, slots=True)
class Trap:
    """A plain scalar without one meaning: what YAML makes of it, and how to write each meaning."""

    message: str
    hint: str


Scalar = str | int | float | bool | None


def read_plain(text: str) -> Scalar | Trap:
    """Return the value of a plain scalar. Timestamps are text: nothing in a fleet is a point in time."""
    value = _WORDS.get(text, text)
    if value is not text or text[0] not in _NUMBER_STARTS:
        return value
    if len(text) <= LONGEST_NUMBER and _INTEGER.fullmatch(text):
        return int(text)
    return _read_number(text)


def _read_number(text: str) -> Scalar | Trap:
    tag_11 = _TAG_11(ScalarNode, text, (True, False)).rpartition(":")[2]
    is_11, is_12 = tag_11 in ("int", "float"), _NUMBER_12.fullmatch(text) is not None
    if not (is_11 or is_12):
        return text
    if len(text) > LONGEST_NUMBER:
        return Trap(
            f"{text[:12]}... is a number of {len(text)} characters",
            "put it in quotes if it is text; no number of a fleet is that long",
        )
    value_11 = _value_11(text, tag_11) if is_11 else None
    value_12 = _value_12(text) if is_12 else None
    if value_11 is None or value_11 != value_12 or _LEADING_ZERO.fullmatch(text):
        return _number_trap(text, value_11, value_12)
    if math.isinf(value_11):
        return Trap(f"{text} is beyond the largest number", f'write "{text}" with quotes for the text')
    return value_11


def _value_11(text: str, tag: str) -> int | float | None:
    try:
        value: int | float = getattr(_VALUES_11, f"construct_yaml_{tag}")(ScalarNode(tag, text))
    except ValueError:  # `0b_` looks like a number and is none
        return None
    return value


def _value_12(text: str) -> int | float:
    digits = text.lstrip("+-")
    if digits.startswith(("0o", "0x")):
        return int(digits[2:], 8 if digits[1] == "o" else 16)
    return int(text) if digits.isdecimal() else float(text)


def _number_trap(text: str, value_11: float | None, value_12: float | None) -> Trap:
    """Describe text that is a number in only one version of YAML, or a different number in each."""
    base = " (base 60)" if ":" in text else " (binary)" if "b" in text else ""
    octal = " (octal)" if _LEADING_ZERO.fullmatch(text) and value_11 is not None else ""
    shown_11 = _spell_number(value_11)
    shown_12 = _spell_number(value_12)
    numbers = [number for number in (shown_11, shown_12) if number]
    if not numbers:
        return Trap(
            f"{text} is a number in one version of YAML, and text in the other",
            f'write "{text}" with quotes for the text',
        )
    first = f"the number {shown_11}{base or octal}" if shown_11 else "text"
    second = f"the number {shown_12}{' (octal)' if 'o' in text else ''}" if shown_12 else "text"
    return Trap(
        f"{text} is {first} in YAML 1.1, and {second} in YAML 1.2",
        f'write "{text}" with quotes for the text, or {" or ".join(numbers)} for the number',
    )


def _spell_number(value: float | None) -> str:
    """Spell a number so that both versions of YAML read it: 1.1 demands a dot in a float (`1.0e-07`)."""
    if value is None or math.isinf(value):
        return ""
    text = repr(value)
    return text if isinstance(value, int) or "." in text else text.replace("e", ".0e")


def _spellings(*words: str) -> list[str]:
    return [spelling for word in words for spelling in (word, word.capitalize(), word.upper())]


def _boolean_traps(*words: str, meant: str) -> dict[str, Scalar | Trap]:
    return {
        word: Trap(
            f"{word} is the boolean {meant} in YAML 1.1, and text in YAML 1.2",
            f'write {meant} for the boolean, or "{word}" with quotes for the text',
        )
        for word in _spellings(*words)
    }


_WORDS: Final[dict[str, Scalar | Trap]] = {
    **dict.fromkeys(["", "~", *_spellings("null")]),
    **dict.fromkeys(_spellings("true"), True),
    **dict.fromkeys(_spellings("false"), False),
    **{sign + word: float(sign + "inf") for sign in ("", "+", "-") for word in (".inf", ".Inf", ".INF")},
    **dict.fromkeys([".nan", ".NaN", ".NAN"], math.nan),
    **_boolean_traps("y", "yes", "on", meant="true"),
    **_boolean_traps("n", "no", "off", meant="false"),
    "=": Trap('= alone is a special "value" marker in YAML 1.1', 'write "=" with quotes for the text'),
    "<<": Trap("<< alone means a merge, which only a key can be", 'write "<<" with quotes for the text'),
}

_NUMBER_STARTS: Final = frozenset("+-.0123456789")
_INTEGER: Final = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")  # what both versions read alike, and most numbers are
_LEADING_ZERO: Final = re.compile(r"[-+]?0[0-9_]+")
_TAG_11: Final[Callable[..., str]] = Resolver().resolve
_VALUES_11: Final = SafeConstructor()
_NUMBER_12: Final = re.compile(
    r"0o[0-7]+ | 0x[0-9a-fA-F]+ | [-+]? (?: \.[0-9]+ | [0-9]+(?: \.[0-9]* )? )(?: [eE][-+]?[0-9]+ )?", re.VERBOSE
)
