"""Hints for names that don't exist."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

MANY = 12


def nearest(name: str, known: Iterable[str]) -> str:
    """Suggest the nearest known name, or list them all if they are few."""
    names = list(known)
    close = difflib.get_close_matches(name, names, n=1)
    if close:
        return f"did you mean `{close[0]}`?"
    if not names:
        return "there are none yet"
    shown = ", ".join(sorted(names)[:MANY])
    return f"known: {shown}" + (f" and {len(names) - MANY} more" if len(names) > MANY else "")
