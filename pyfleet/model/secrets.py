"""How a secret is named. Its value is never in a fleet file."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

SecretKey = Annotated[str, Field(pattern=r"^[a-z0-9]([-.a-z0-9]*[a-z0-9])?/[-._a-zA-Z0-9]+$")]
"""`secret/key`: a Kubernetes Secret, and one of its keys."""


def secret_and_key(text: str) -> tuple[str, str]:
    """Take `secret/key` apart."""
    secret, _, key = text.partition("/")
    return secret, key
