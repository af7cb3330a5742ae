"""What a plain (unquoted) YAML scalar means, where YAML 1.1 and YAML 1.2 agree; a `Trap` where they do not.

PyYAML reads YAML 1.1 (`NO` is false, `1:30` is 90, `0755` is 493); editors and most people expect 1.2.
A text that the two read differently is therefore never given a value: the user has to say which one is meant.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

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
    match = _NUMBER.fullmatch(text)
    if match is None:
        return text
    if len(text) > LONGEST_NUMBER:
        return Trap(
            f"{text[:12]}... is a number of {len(text)} characters",
            "put it in quotes if it is text; no number of a fleet is that long",
        )
    return _NUMBERS[match.lastgroup or ""](text)


def _boolean_trap(word: str, *, value: bool) -> Trap:
    meant = str(value).lower()
    return Trap(
        f"{word} is the boolean {meant} in YAML 1.1, and text in YAML 1.2",
        f'write {meant} for the boolean, or "{word}" with quotes for the text',
    )


def _spellings(*words: str) -> list[str]:
    return [spelling for word in words for spelling in (word, word.capitalize(), word.upper())]


_WORDS: Final[dict[str, Scalar | Trap]] = {
    **dict.fromkeys(["", "~", *_spellings("null")]),
    **dict.fromkeys(_spellings("true"), True),
    **dict.fromkeys(_spellings("false"), False),
    **{word: _boolean_trap(word, value=True) for word in _spellings("y", "yes", "on")},
    **{word: _boolean_trap(word, value=False) for word in _spellings("n", "no", "off")},
    "=": Trap('= alone is a special "value" marker in YAML 1.1', 'write "=" with quotes for the text'),
    "<<": Trap("<< alone means a merge, which only a key can be", 'write "<<" with quotes for the text'),
}

_NUMBER_STARTS: Final = frozenset("+-.0123456789")

# Order matters: what both versions read alike comes first, then each trap, the widest last.
_NUMBER: Final = re.compile(
    r"""
      (?P<integer> [-+]?(?:0|[1-9][0-9]*) )
    | (?P<float> [-+]?[0-9]+\.[0-9]*(?:[eE][-+][0-9]+)? | \.[0-9]+(?:[eE][-+][0-9]+)? )
    | (?P<hex> 0x[0-9a-fA-F]+ )
    | (?P<special> [-+]?\.(?:inf|Inf|INF) | \.(?:nan|NaN|NAN) )
    | (?P<sexagesimal> [-+]?[1-9][0-9_]*(?: :[0-5]?[0-9] )+ | [-+]?[0-9][0-9_]*(?: :[0-5]?[0-9] )+\.[0-9_]* )
    | (?P<octal> [-+]?0[0-7]+ )
    | (?P<octal_12> 0o[0-7]+ )
    | (?P<leading_zero> [-+]?0[0-9]+ )
    | (?P<binary> [-+]?0b[01]+ )
    | (?P<signed_hex> [-+]0x[0-9a-fA-F]+ )
    | (?P<float_12> [-+]?(?: \.[0-9]+ | [0-9]+(?:\.[0-9]*)? )(?: [eE][-+]?[0-9]+ )? )
    | (?P<underscored> [-+]?(?: 0b[01_]+ | 0x[0-9a-fA-F_]+ | [0-9][0-9_]* )
                     | [-+]?(?: [0-9][0-9_]*\.[0-9_]* | \.[0-9][0-9_]* )(?: [eE][-+][0-9]+ )? )
    """,
    re.VERBOSE,
)


def _read_float(text: str) -> float | Trap:
    value = float(text)
    if math.isinf(value):
        return Trap(f"{text} is beyond the largest number", f'write "{text}" with quotes for the text')
    return value


def _special(text: str) -> float:
    return float(text.replace(".", ""))


def _sexagesimal(text: str) -> Trap:
    sign = -1 if text[0] == "-" else 1
    *whole, last = text.lstrip("+-").replace("_", "").split(":")
    value: float = 0
    for part in (*map(int, whole), float(last) if "." in last else int(last)):
        value = value * 60 + part
    return _trap(text, _number_text(sign * value), None, in_11=" (base 60)")


def _octal(text: str) -> Trap:
    return _trap(text, str(int(text, 8)), str(int(text)), in_11=" (octal)")


def _octal_12(text: str) -> Trap:
    return _trap(text, None, str(int(text.replace("o", ""), 8)), in_12=" (octal)")


def _leading_zero(text: str) -> Trap:
    return _trap(text, None, str(int(text)))


def _binary(text: str) -> Trap:
    return _trap(text, str(int(text.replace("b", ""), 2)), None, in_11=" (binary)")


def _signed_hex(text: str) -> Trap:
    return _trap(text, str(int(text, 16)), None)


def _float_12(text: str) -> Trap:
    value = float(text)
    return _trap(text, None, None if math.isinf(value) else _number_text(value))


def _underscored(text: str) -> Trap:
    value = read_plain(text.replace("_", ""))
    return _trap(text, _number_text(value) if isinstance(value, int | float) else None, None)


def _number_text(value: float) -> str:
    """Spell a number so that both versions of YAML read it: 1.1 demands a dot in a float (`1.0e-07`)."""
    text = repr(value)
    return text if isinstance(value, int) or "." in text else text.replace("e", ".0e")


def _trap(text: str, yaml_11: str | None, yaml_12: str | None, *, in_11: str = "", in_12: str = "") -> Trap:
    """Describe a text that is a number (given as it should be written) in one version of YAML, or in both."""
    numbers = [number for number in (yaml_11, yaml_12) if number]
    if not numbers:
        return Trap(
            f"{text} is a number in one version of YAML, and text in the other",
            f'write "{text}" with quotes for the text',
        )
    first = f"the number {yaml_11}{in_11}" if yaml_11 else "text"
    second = f"the number {yaml_12}{in_12}" if yaml_12 else "text"
    return Trap(
        f"{text} is {first} in YAML 1.1, and {second} in YAML 1.2",
        f'write "{text}" with quotes for the text, or {" or ".join(numbers)} for the number',
    )


def _read_hex(text: str) -> int:
    return int(text, 16)


_NUMBERS: Final[dict[str, Callable[[str], Scalar | Trap]]] = {
    "integer": int,
    "float": _read_float,
    "hex": _read_hex,
    "special": _special,
    "sexagesimal": _sexagesimal,
    "octal": _octal,
    "octal_12": _octal_12,
    "leading_zero": _leading_zero,
    "binary": _binary,
    "signed_hex": _signed_hex,
    "float_12": _float_12,
    "underscored": _underscored,
}
