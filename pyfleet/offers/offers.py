"""What parts do for others, as data, and all of it together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from pyfleet.offers.names import FixedAddress, Path

Stack = Literal["prometheus", "victoria-metrics"]
"""Whose kinds scrapes and rules are of."""


@dataclass(frozen=True, slots=True)
class Offers:
    """What a part does for others. What is empty, it doesn't do; of what two do, the first part's counts."""

    # Addresses and names.
    address_annotation: str = ""
    """Annotation by which a Service asks for one address."""
    lan_domain: str = ""
    """Names in the LAN are under it (`expose.ingress`)."""
    internet_domain: str = ""
    """Names on the Internet are under it (`expose.tunnel`)."""
    login: bool = False
    """Who comes by a name on the Internet is asked for a login."""
    issuer: str = ""
    """ClusterIssuer of the certificates of names in the LAN."""
    public_ca: bool = False
    """They are a public CA's."""
    signed_by: str = ""
    """Whose certificates those are, in words."""
    addresses: tuple[FixedAddress, ...] = ()
    """Fixed addresses that its own Services have."""

    # Hosts.
    disabled: tuple[str, ...] = ()
    """Components that k3s must not bring beside it."""
    between_hosts: tuple[tuple[Literal["tcp", "udp"], int], ...] = ()
    """Ports that hosts reach each other at."""
    on_hosts: Mapping[int, str] = field(default_factory=dict)
    """Ports that ServiceLB opens for it on every host, and what it is called."""

    # Workloads.
    namespaces: tuple[str, ...] = ()
    """Namespaces that it needs, beside those of its charts."""
    queue_label: str = ""
    """Label by which a job names its queue; it is suspended until its turn comes."""
    gpu_operator: str = ""
    """Namespace of the GPU operator, which runs device plugin and exporter itself."""
    given_secrets: tuple[tuple[Path, str], ...] = ()
    """Names of Secrets that the fleet file says how to make, and where."""
    storage_classes: tuple[tuple[Path, str], ...] = ()
    """StorageClasses that it claims of, and where the fleet file says so."""

    # Metrics.
    metrics: Stack | Literal[""] = ""
    """Metrics are scraped, kept and alerted on, by the kinds of this stack."""
    metrics_namespace: str = ""
    """Where the stack runs."""

    # What installs things.
    gitops: bool = False
    """The cluster pulls from Git: folders and charts are installed by that."""


def together(offered: Iterable[Offers]) -> Offers:
    """Put the offers of all parts together."""
    merged: dict[str, Any] = {}
    for each in offered:
        for name in (entry.name for entry in fields(Offers)):
            value, before = getattr(each, name), merged.get(name)
            if isinstance(value, tuple):
                merged[name] = (*(before or ()), *value)
            elif isinstance(value, Mapping):
                merged[name] = {**value, **(before or {})}
            else:
                merged[name] = before or value
    return Offers(**merged)
