"""Writes data as Nix expressions, laid out as by nixfmt (RFC 166)."""

from __future__ import annotations

import math
import re
import sys

_KEYWORDS = frozenset({"assert", "else", "if", "in", "inherit", "let", "or", "rec", "then", "with"})
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_'-]*")
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})
_PATH = re.compile(r"(?:\.|\.\.(?:/\.\.)*)(?:/[A-Za-z0-9_+-][A-Za-z0-9._+-]*)+")
_SURROGATE = re.compile("[\ud800-\udfff]")
_INTEGER_MAX = 2**63 - 1
_WIDTH = 100  # nixfmt's, which doesn't count the indentation
_ITEMS_ON_A_LINE = 1  # nixfmt gives each item its own line as soon as a list has two
_STEP = 2


class NixPath(str):
    """Path of a file beside the Nix file, written as a Nix path: relative, and of plain characters."""

    __slots__ = ()


class NixText(str):
    """Text that is a Nix expression already; it can't become a literal again."""

    __slots__ = ()


def nix_literal(value: object, indent: int = 0) -> str:
    """Write data as a Nix expression.

    Args:
        value: dict (with str keys), list, tuple, str, int, float, bool or None, nested as needed.
        indent: Columns by which all lines but the first are indented.

    Raises:
        TypeError: A value of another type, named with its place.
        ValueError: A value that Nix has no text for: NUL, half a surrogate pair, an integer of more than 64
            bits, a float that is not finite or too close to zero.
    """
    return _literal(value, indent, "")


def nix_key(name: str) -> str:
    """Write the name of an attribute, in quotes only if it needs them.

    Args:
        name: Any text.

    Raises:
        TypeError: The name is not a str.
        ValueError: The name has a character that Nix has no text for.
    """
    return _key(name, "")


def _literal(value: object, indent: int, place: str, beside: int = 0) -> str:
    """Write one value; `beside`: columns of its line that other text takes."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, NixText):
        raise TypeError(f"{_at(place)}is Nix text already; a value becomes Nix once")
    if isinstance(value, NixPath):
        return _path(value, place)
    if isinstance(value, str):
        return _string(value, place)
    if isinstance(value, int):
        return _integer(value, place)
    if isinstance(value, float):
        return _float(value, place)
    if isinstance(value, (list, tuple)):
        return _list(value, indent, place, beside)
    if isinstance(value, dict):
        return _attributes(value, indent, place)
    raise TypeError(f"{_at(place)}can't be written as Nix: a {type(value).__name__}")


def _path(value: str, place: str) -> str:
    if _PATH.fullmatch(value) is None:
        raise ValueError(f"{_at(place)}is not a path that Nix reads as it stands: {value!r}")
    return str.__str__(value)


def _string(value: str, place: str) -> str:
    if "\0" in value:
        raise ValueError(f"{_at(place)}has a NUL character, which a Nix string can't: {value!r}")
    if _SURROGATE.search(value):
        raise ValueError(f"{_at(place)}is not Unicode text: {value!r}")
    return '"' + value.translate(_ESCAPES).replace("${", "\\${") + '"'


def _key(name: object, place: str) -> str:
    if not isinstance(name, str):
        raise TypeError(f"{_at(place)}has a key that is not a str but a {type(name).__name__}: {name!r}")
    if _IDENTIFIER.fullmatch(name) and name not in _KEYWORDS:
        return str.__str__(name)
    return _string(name, place)


def _integer(value: int, place: str) -> str:
    if not -_INTEGER_MAX - 1 <= value <= _INTEGER_MAX:
        raise ValueError(f"{_at(place)}has more than the 64 bits of a Nix integer: {value}")
    if value == -_INTEGER_MAX - 1:  # Nix reads the minus sign last, and 2^63 alone is too large
        return f"(-{_INTEGER_MAX} - 1)"
    return int.__repr__(value)


def _float(value: float, place: str) -> str:
    if not math.isfinite(value):
        raise ValueError(f"{_at(place)}is not finite, as a Nix float has to be: {value}")
    if value and abs(value) < sys.float_info.min:
        raise ValueError(f"{_at(place)}is too close to zero for a Nix float: {value}")
    digits, exponent, power = float.__repr__(value).partition("e")
    return f"{digits}{'' if '.' in digits else '.0'}{exponent}{power}"  # Nix knows no 1e6, only 1.0e6


def _list(value: list[object] | tuple[object, ...], indent: int, place: str, beside: int) -> str:
    inner = indent + _STEP
    items = [_item(_literal(item, inner, f"{place}[{index}]")) for index, item in enumerate(value)]
    if not items:
        return "[ ]"
    line = f"[ {' '.join(items)} ]"
    if len(items) <= _ITEMS_ON_A_LINE and beside + len(line) <= _WIDTH and "\n" not in line:
        return line
    return _lines("[", items, "]", indent)


def _item(text: str) -> str:
    """Put a negative number in parentheses: in a list a minus sign is a syntax error."""
    return f"({text})" if text.startswith("-") else text


def _attributes(value: dict[object, object], indent: int, place: str) -> str:
    if not value:
        return "{ }"
    bindings = []
    for name, item in value.items():
        key = _key(name, place)
        text = _literal(item, indent + _STEP, f"{place}.{key}", beside=len(f"{key} = ;"))
        bindings.append(f"{key} = {text};")
    return _lines("{", bindings, "}", indent)


def _lines(opening: str, items: list[str], closing: str, indent: int) -> str:
    margin = "\n" + " " * indent
    return "".join([opening, *(f"{margin}{' ' * _STEP}{item}" for item in items), margin, closing])


def _at(place: str) -> str:
    return f"{place.removeprefix('.')} " if place else "the value "
