"""How a secret is named. Its value is never in a fleet file."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from pyfleet.model.base import matching
from pyfleet.shared import PATTERNS

_SECRET_KEY = f"{PATTERNS['dnsSubdomain']}/{PATTERNS['secretItem']}"
SecretKey = Annotated[
    str,
    matching(_SECRET_KEY, "`secret/key`: the name of a Secret, and one of its keys"),
    Field(json_schema_extra={"pattern": f"^{_SECRET_KEY}$"}),
]
"""`secret/key`: a Kubernetes Secret, and one of its keys."""


def secret_and_key(text: str) -> tuple[str, str]:
    """Take `secret/key` apart."""
    secret, _, key = text.partition("/")
    return secret, key
