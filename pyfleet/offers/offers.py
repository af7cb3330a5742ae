"""What parts do for others, as data, and how the offers of all parts are combined."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from pyfleet.offers.names import FixedAddress, Path

Stack = Literal["prometheus", "victoria-metrics"]
"""Stack of metrics, which defines the kinds of scrapes and rules."""


@dataclass(frozen=True, slots=True)
class Offers:
    """What a part does for others; an empty field: it doesn't. Where two parts do it, the first one counts."""

    # Addresses and names.
    address_annotation: str = ""
    """Annotation by which a Service asks for a fixed address."""
    lan_domain: str = ""
    """Domain of names in the LAN (`expose.ingress`)."""
    internet_domain: str = ""
    """Domain of names on the Internet (`expose.tunnel`)."""
    login: bool = False
    """Names on the Internet can ask for a login."""
    issuer: str = ""
    """ClusterIssuer of the certificates of names in the LAN."""
    public_ca: bool = False
    """A public CA signs those certificates."""
    signed_by: str = ""
    """Who signs those certificates, in words."""
    addresses: tuple[FixedAddress, ...] = ()
    """Fixed addresses that its own Services have."""

    # Hosts.
    disabled: tuple[str, ...] = ()
    """Packaged components of k3s that it replaces."""
    between_hosts: tuple[tuple[Literal["tcp", "udp"], int], ...] = ()
    """Ports that hosts open to each other."""
    on_hosts: Mapping[int, str] = field(default_factory=dict)
    """Ports that ServiceLB opens for it on its hosts, and what it is called."""
    host_network: Mapping[int, str] = field(default_factory=dict)
    """TCP ports that its pods take on every host, whose network they share, and what they are called."""

    # Workloads.
    namespaces: tuple[str, ...] = ()
    """Namespaces that it needs, beside those of its charts."""
    queue_label: str = ""
    """Label by which a job names its queue; the job is suspended until its turn comes."""
    gpu_operator: str = ""
    """Namespace of the GPU operator, which runs device plugin and exporter itself."""
    given_secrets: tuple[tuple[Path, str], ...] = ()
    """Secrets that the fleet file provides by this part: the place there, and the name."""
    storage_classes: tuple[tuple[Path, str], ...] = ()
    """StorageClasses of its claims: the place in the fleet file, and the name."""

    # Metrics.
    metrics: Stack | Literal[""] = ""
    """Stack that scrapes and keeps metrics, and evaluates alerts."""
    metrics_namespace: str = ""
    """Where the stack runs."""

    # What installs things.
    gitops: bool = False
    """The cluster pulls its folders and charts from Git."""


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
