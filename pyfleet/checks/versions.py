"""Versions, to be compared."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pyfleet.model.fleet import Fleet

DEFAULT_MINOR: Final = 35
"""That of nixpkgs' own `k3s`, 1.35.6 when it was looked at. A fleet with a newer one names its package."""


def numbers(version: str) -> tuple[int, ...]:
    """The numbers of a version such as `v0.17.4` or `12.0`, in order."""
    return tuple(int(number) for number in re.findall(r"[0-9]+", version))


def kubernetes_minor(fleet: Fleet) -> int:
    """Minor release of Kubernetes 1: that of the package that the fleet names, else of nixpkgs' default."""
    found = re.fullmatch(r"k3s_1_([0-9]+)", fleet.cluster.k3s.package or "")
    return int(found[1]) if found else DEFAULT_MINOR
