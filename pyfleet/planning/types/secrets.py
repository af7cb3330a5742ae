"""Secrets: who names them, and who provides them. No value of any."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class WantedSecret:
    """A Secret that something names."""

    namespace: str
    name: str
    keys: tuple[str, ...]
    """Keys that are known to be read."""
    place: Path
    """Where the fleet file names it."""
    whole: bool = False
    """Somebody reads it without saying which of its keys."""
    type: str = "Opaque"
    labels: dict[str, str] = field(default_factory=dict)
    literals: dict[str, str] = field(default_factory=dict)
    """Entries that are no secrets, such as the address a password is for."""


@dataclass(frozen=True, slots=True)
class RemoteKey:
    """An entry of a Secret, and where the store has it."""

    key: str
    remote: str
    item: str | None
    """Entry of the remote secret; None: all of it is one value."""


@dataclass(frozen=True, slots=True)
class ExternalSecretPlan:
    """A Secret that External Secrets Operator fetches."""

    namespace: str
    name: str
    type: str
    labels: dict[str, str]
    literals: dict[str, str]
    entries: tuple[RemoteKey, ...]
    whole: str | None
    """Remote secret of which all entries are taken."""


@dataclass(frozen=True, slots=True)
class SecretStorePlan:
    """Where External Secrets Operator looks, and how it gets in."""

    name: str
    kind: Literal["vault", "azure-key-vault"]
    namespace: str
    """Of the Secret that it gets in with."""
    address: str
    mount: str | None
    role_id: str | None
    secret_id: tuple[str, str] | None
    tenant_id: str | None
    credentials: str | None
    ca_bundle: str | None = None
    """Certificate of the CA that signed the address', in base64."""


@dataclass(frozen=True, slots=True)
class HostSecretPlan:
    """A Secret that the first server makes from files."""

    namespace: str
    name: str
    type: str
    labels: dict[str, str]
    literals: dict[str, str]
    files: dict[str, str]
    """Path by key."""


@dataclass(frozen=True, slots=True)
class SecretsPlan:
    """Who provides Secrets."""

    store: SecretStorePlan | None
    refresh: str
    external: tuple[ExternalSecretPlan, ...]
    from_files: tuple[HostSecretPlan, ...]
