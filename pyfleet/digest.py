"""Short digests of text, for names and annotations."""

from __future__ import annotations

import hashlib


def digest(text: str, length: int = 16) -> str:
    """Return so many hexadecimal digits of the text's SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()[:length]


def shortened(name: str, most: int) -> str:
    """Cut a name to so many characters; a digest in place of the rest keeps two such names apart."""
    return name if len(name) <= most else f"{name[: most - 9].rstrip('-.')}-{digest(name, 8)}"
