"""Kubernetes quantities and Go-style durations: their text is kept as the user wrote it, these read it."""

from __future__ import annotations

import re
from fractions import Fraction
from math import ceil

_SUFFIXES = {
    "": 1,
    "k": 10**3,
    "M": 10**6,
    "G": 10**9,
    "T": 10**12,
    "P": 10**15,
    "Ki": 2**10,
    "Mi": 2**20,
    "Gi": 2**30,
    "Ti": 2**40,
    "Pi": 2**50,
}
QUANTITY = re.compile(r"(?P<number>[0-9]+(?:\.[0-9]+)?)(?P<suffix>[kMGTP]|[KMGTP]i)?")
DURATION = re.compile(r"(?=[0-9])(?:(?P<h>[0-9]+)h)?(?:(?P<m>[0-9]+)m)?(?:(?P<s>[0-9]+)s)?")
_DECIMAL = ("n", "u", "m", "", "k", "M", "G", "T", "P", "E")
"""Suffixes from 10^-9 up, each for a thousand times the one before."""
_BINARY = ("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei")
_ANY_QUANTITY = re.compile(r"(?P<number>[0-9]+(?:\.[0-9]+)?)(?P<suffix>[numkMGTPE]|[KMGTPE]i)?")
MIB = 2**20
GIB = 2**30


def bytes_of(quantity: str) -> int:
    """Read a Kubernetes memory quantity such as `24Gi` or `500M`, in bytes.

    Raises:
        ValueError: the text is not a quantity.
    """
    match = QUANTITY.fullmatch(quantity)
    if match is None:
        raise ValueError(f"{quantity!r} is not a quantity of bytes")
    return int(float(match["number"]) * _SUFFIXES[match["suffix"] or ""])


def canonical(quantity: str) -> str:
    """Spell a quantity as the API server does: `2Gi` for `2048Mi`, `500m` for `0.5`.

    Written in another way it is a difference, at which `kubectl apply` changes the object each time, or meets a
    conflict. After `CanonicalizeBytes` in k8s.io/apimachinery/pkg/api/resource.

    Raises:
        ValueError: the text is not a quantity.
    """
    match = _ANY_QUANTITY.fullmatch(quantity)
    if match is None:
        raise ValueError(f"{quantity!r} is not a quantity")
    number, suffix = Fraction(match["number"]), match["suffix"] or ""
    if suffix in _BINARY[1:]:
        value = number * 1024 ** _BINARY.index(suffix)
        if value.denominator == 1 and value >= 1024:  # noqa: PLR2004 - less is spelled as a decimal
            return _largest(int(value), 1024, _BINARY)
    else:
        value = number * Fraction(1000) ** (_DECIMAL.index(suffix) - _DECIMAL.index(""))
    return _largest(ceil(value * 10**9), 1000, _DECIMAL)


def _largest(value: int, step: int, suffixes: tuple[str, ...]) -> str:
    """Spell a whole number of the smallest unit with the largest suffix that leaves it whole."""
    if not value:
        return "0"
    index = 0
    while value % step == 0 and index < len(suffixes) - 1:
        value, index = value // step, index + 1
    return f"{value}{suffixes[index]}"


def seconds_of(duration: str) -> int:
    """Read a duration such as `90s`, `12m` or `1h30m`, in seconds.

    Raises:
        ValueError: the text is not a duration.
    """
    match = DURATION.fullmatch(duration)
    if match is None:
        raise ValueError(f"{duration!r} is not a duration")
    hours, minutes, seconds = (int(match[unit] or 0) for unit in "hms")
    return hours * 3600 + minutes * 60 + seconds


def gib_text(size: int) -> str:
    """Bytes in GiB, with one decimal (`15.9`)."""
    return f"{size / GIB:.1f}"
