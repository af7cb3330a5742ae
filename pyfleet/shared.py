"""What Python and the NixOS modules both have to know: shared.toml, which nix/shared.nix reads as well."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Final

_SHARED: Final = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))


def _written_out(pattern: str) -> str:
    """Replace each `<name>` in the patterns by the pattern of that name."""
    return re.sub("<([A-Za-z0-9]+)>", lambda found: _written_out(_SHARED["patterns"][found[1]]), pattern)


PATTERNS: Final[dict[str, str]] = {name: _written_out(pattern) for name, pattern in _SHARED["patterns"].items()}
"""Regular expressions by name; all of a text has to match."""

K3S_DATA_DIR: Final[str] = _SHARED["k3s"]["dataDir"]
K3S_CLUSTER_CIDR: Final[str] = _SHARED["k3s"]["clusterCIDR"]
K3S_SERVICE_CIDR: Final[str] = _SHARED["k3s"]["serviceCIDR"]

CONFINEMENT: Final[dict[str, str | bool]] = _SHARED["confinement"]
"""systemd's settings that confine every service of ours."""
PROXY_CONFINEMENT: Final[dict[str, str | bool]] = _SHARED["proxyConfinement"]
"""Further settings of a proxy to a service on 127.0.0.1."""

_LABELS: Final[dict[str, list[str]]] = _SHARED["kubeletLabels"]


def kubelet_refuses(label: str) -> bool:
    """Whether a kubelet refuses to start with this label, given by its full key."""
    namespace = label.rpartition("/")[0]
    return (
        _is_within(namespace, _LABELS["ownNamespaces"])
        and label not in _LABELS["allowed"]
        and not _is_within(namespace, _LABELS["allowedNamespaces"])
    )


def _is_within(namespace: str, parents: list[str]) -> bool:
    return any(namespace == parent or namespace.endswith(f".{parent}") for parent in parents)
