"""Versions, to be compared."""

from __future__ import annotations

import re


def numbers(version: str) -> tuple[int, ...]:
    """The numbers of a version such as `v0.17.4` or `12.0`, in order."""
    return tuple(int(number) for number in re.findall(r"[0-9]+", version))
