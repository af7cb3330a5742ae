"""What a node has for pods, as its kubelet reports it: capacity, less what is reserved."""

from __future__ import annotations

import re
from math import inf
from typing import TYPE_CHECKING, Any

from pyfleet.offers.amounts import Amounts, bytes_in, cpu_of, quantity_of
from pyfleet.units import bytes_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pyfleet.model.hosts import Host
    from pyfleet.resolved import Resolved

K3S_EVICTION = {"imagefs.available": "5%", "nodefs.available": "5%"}
"""k3s' own `evictionHard`, in the place of the kubelet's default. It has no `memory.available`, so of memory nothing is
reserved (pkg/daemons/agent/agent_linux.go of k3s-io/k3s; `mergeDefaultEvictionSettings` is off in Kubernetes)."""
KUBELET_EVICTION = {"memory.available": "100Mi", "nodefs.available": "10%"}
"""The kubelet's own default, of what counts for a node's allocatable."""
K3S_ITSELF = {"server": 1_606_000_000, "agent": 275_000_000}
"""Bytes that k3s takes beside its pods, by role (docs.k3s.io/reference/resource-profiling)."""


def capacity_of(host: Host, max_pods: int) -> Amounts:
    """What a machine has; infinity of what the fleet file doesn't state."""
    return Amounts(
        cpu=host.cpus * 1000 if host.cpus else inf,
        memory=bytes_of(host.memory) if host.memory else inf,
        storage=bytes_of(host.disk) if host.disk else inf,
        pods=max_pods,
    )


def allocatable_of(resolved: Resolved, name: str) -> Amounts:
    """What the kubelet of a host reports as allocatable: capacity, less what is reserved and kept from eviction."""
    host = resolved.fleet.hosts[name]
    settings = _kubelet(resolved, host)
    pods = _count(settings.get("maxPods"), resolved.fleet.cluster.k3s.max_pods)
    per_core = _count(settings.get("podsPerCore"), 0)
    if per_core and host.cpus:
        pods = min(pods, per_core * host.cpus)
    capacity = capacity_of(host, pods)
    reserved = [_reserved(settings.get(key)) for key in ("systemReserved", "kubeReserved")]
    if own_cpus := _cpu_set(settings.get("reservedSystemCPUs")):  # it takes the place of both amounts
        reserved = [amounts._replace(cpu=0) for amounts in reserved]
        reserved[0] = reserved[0]._replace(cpu=own_cpus * 1000)
    left = capacity.minus(reserved[0]).minus(reserved[1])
    eviction = settings["evictionHard"]
    return left._replace(
        memory=left.memory - _threshold(eviction.get("memory.available"), capacity.memory),
        storage=left.storage - _threshold(eviction.get("nodefs.available"), capacity.storage),
    )


def allocatable(resolved: Resolved) -> dict[str, dict[str, int]]:
    """What each node has for pods, as its kubelet will report it, of what the fleet file states.

    Returns:
        By host: `cpu` in thousandths, `memory` and `ephemeral-storage` in bytes, `pods`. A key is missing where the
        fleet file doesn't say how much the machine has.
    """
    return {name: as_resources(allocatable_of(resolved, name)) for name in resolved.fleet.hosts}


def as_resources(amounts: Amounts) -> dict[str, int]:
    """Spell amounts by Kubernetes' names, without those that nothing is known of."""
    named = {
        "cpu": amounts.cpu,
        "memory": amounts.memory,
        "ephemeral-storage": amounts.storage,
        "pods": amounts.pods,
    }
    return {name: int(amount) for name, amount in named.items() if amount != inf}


def _kubelet(resolved: Resolved, host: Host) -> dict[str, Any]:
    """Put the kubelet's settings together: k3s' own, those of the fleet file key by key, and then flags."""
    k3s = resolved.fleet.cluster.k3s
    own = k3s.kubelet
    defaults = K3S_EVICTION
    if own.get("mergeDefaultEvictionSettings") is True:
        defaults = {**KUBELET_EVICTION, **K3S_EVICTION}
    settings = {**own, "evictionHard": {**defaults, **_mapping(own.get("evictionHard"))}}
    flags = [*k3s.extra_flags, *host.extra_flags]
    if host.role == "server":
        flags = [*k3s.extra_server_flags, *flags]
    for name, value in _kubelet_flags(flags):
        if name in _FLAGS:
            key, separator = _FLAGS[name]
            settings[key] = _pairs(value, separator) if separator else value
    return settings


_FLAGS = {
    "system-reserved": ("systemReserved", "="),
    "kube-reserved": ("kubeReserved", "="),
    "eviction-hard": ("evictionHard", "<"),
    "reserved-cpus": ("reservedSystemCPUs", ""),
    "max-pods": ("maxPods", ""),
    "pods-per-core": ("podsPerCore", ""),
}


def _kubelet_flags(flags: Iterable[str]) -> Iterable[tuple[str, str]]:
    for flag in flags:
        name, _, argument = flag.removeprefix("--").replace(" ", "=", 1).partition("=")
        if name == "kubelet-arg":
            key, _, value = argument.removeprefix("--").partition("=")
            yield key, value


def _pairs(text: str, separator: str) -> dict[str, str]:
    pairs = (each.partition(separator) for each in text.split(","))
    return {key.strip(): value.strip() for key, _, value in pairs}


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _reserved(value: object) -> Amounts:
    given = _mapping(value)
    return Amounts(
        cpu_of(given.get("cpu", 0)), bytes_in(given.get("memory", 0)), bytes_in(given.get("ephemeral-storage", 0))
    )


def _cpu_set(value: object) -> int:
    """Count the CPUs of a list such as `0-3,8`."""
    found = re.findall(r"([0-9]{1,4})(?:-([0-9]{1,4}))?", str(value or ""))
    return sum(int(last or first) - int(first) + 1 for first, last in found)


def _count(value: object, usual: int) -> int:
    number = quantity_of(value)
    return usual if number is None else int(number)


def _threshold(value: object, capacity: float) -> float:
    """Bytes below which pods are evicted; a percentage is one of what there is."""
    text = str(value or "")
    if not text.endswith("%"):
        return bytes_in(text)
    part = quantity_of(text.removesuffix("%"))
    return 0 if part is None or capacity == inf else int(capacity * float(part) / 100)
