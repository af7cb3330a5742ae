"""Short digests of text, for names and annotations."""

from __future__ import annotations

import hashlib


def digest(text: str, length: int = 16) -> str:
    """Return so many hexadecimal digits of the text's SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()[:length]
