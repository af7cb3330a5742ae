"""The only writer of the program: makes a directory hold a rendered tree, and shows what differs.

A tree maps relative POSIX paths to text. `write` changes the directory, `diff` only looks.
"""

from __future__ import annotations

from pyfleet.writing.difference import diff
from pyfleet.writing.survey import Changes
from pyfleet.writing.writer import write

__all__ = ["Changes", "diff", "write"]
