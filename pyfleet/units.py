"""Kubernetes quantities and Go-style durations: their text is kept as the user wrote it, these read it."""

from __future__ import annotations

import re

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
