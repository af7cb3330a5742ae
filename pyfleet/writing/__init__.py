"""The only writer of the program: makes a directory hold a rendered tree, and tells what differs.

`write` changes the directory, `compare` and `diff` only look. A tree maps relative POSIX paths to text.
"""

from __future__ import annotations

from pyfleet.writing.changes import Changes
from pyfleet.writing.difference import compare, diff
from pyfleet.writing.writer import write

__all__ = ["Changes", "compare", "diff", "write"]
