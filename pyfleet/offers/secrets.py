"""Secrets: who names them, and who makes them. No value of any."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyfleet.model.secrets import secret_and_key

if TYPE_CHECKING:
    from pyfleet.offers.names import Path
    from pyfleet.rendering.kubernetes.app import Object

OPAQUE = "Opaque"
BASIC_AUTH = "kubernetes.io/basic-auth"
DOCKER_CONFIG = "kubernetes.io/dockerconfigjson"
DOCKER_KEY = ".dockerconfigjson"
USER_AND_PASSWORD = ("username", "password")


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
    """Something reads it without naming the keys."""
    type: str = OPAQUE
    labels: dict[str, str] = field(default_factory=dict)
    literals: dict[str, str] = field(default_factory=dict)
    """Entries that aren't secret, such as the address that a password is for."""


def wanted_key(namespace: str, source: str, place: Path) -> WantedSecret:
    """Want one key of a Secret, given as `secret/key`."""
    name, key = secret_and_key(source)
    return WantedSecret(namespace, name, (key,), place)


@dataclass(frozen=True, slots=True)
class SecretSource:
    """What has to be in the cluster before a Secret can be made."""

    chart: str
    namespace: str
    """The chart's."""
    objects: tuple[Object, ...]
