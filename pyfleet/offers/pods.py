"""Pods of the platform, as what they book on hosts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyfleet.offers.amounts import Amounts, pod_requests

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True)
class PlatformPods:
    """Pods of one template that the platform runs: on each of some hosts, or a number of them anywhere."""

    name: str
    """What messages call them."""
    requests: Amounts
    """Of each."""
    uses: int = 0
    """Bytes of main memory that each takes, as far as that is known; more than it requests, where it requests less."""
    hosts: tuple[str, ...] | None = None
    """Hosts of a DaemonSet. None: they go where there is room."""
    replicas: int = 1
    """How many there are; of a DaemonSet one on each host."""
    tolerations: tuple[Mapping[str, Any], ...] = ()


def daemon_pods(name: str, spec: Mapping[str, Any], hosts: Iterable[str]) -> PlatformPods:
    """Describe a DaemonSet of ours by the pod spec that is rendered."""
    return PlatformPods(name, pod_requests(spec), hosts=tuple(hosts))
