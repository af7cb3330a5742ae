"""What pods book on a host, and what a host has for them: the scheduler's own arithmetic of requests."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from math import inf
from typing import Any, NamedTuple

_SUFFIXES = {
    "n": Decimal("1e-9"),
    "u": Decimal("1e-6"),
    "m": Decimal("1e-3"),
    "": Decimal(1),
    **{suffix: Decimal(1000) ** power for power, suffix in enumerate("kMGTPE", start=1)},
    **{f"{suffix}i": Decimal(1024) ** power for power, suffix in enumerate("KMGTPE", start=1)},
}
_QUANTITY = re.compile(r"([0-9]{1,30}(?:\.[0-9]{0,30})?|\.[0-9]{1,30})([eE][+-]?[0-9]{1,2}|[KMGTPE]i|[numkMGTPE])?")


class Amounts(NamedTuple):
    """Amounts of all that the scheduler books; as what a host has, infinity where nothing is known of it."""

    cpu: float = 0
    """Thousandths of a CPU."""
    memory: float = 0
    """Bytes of main memory."""
    storage: float = 0
    """Bytes of ephemeral storage."""
    pods: float = 0

    def plus(self, other: Amounts) -> Amounts:
        """Add them up."""
        return Amounts(
            self.cpu + other.cpu, self.memory + other.memory, self.storage + other.storage, self.pods + other.pods
        )

    def minus(self, other: Amounts) -> Amounts:
        """What is left beside others; below zero where they are more than there is."""
        return Amounts(
            self.cpu - other.cpu, self.memory - other.memory, self.storage - other.storage, self.pods - other.pods
        )

    def fits(self, free: Amounts) -> bool:
        """Whether there is enough of each; as for the scheduler, less than none is enough where none is asked for."""
        return (
            (self.memory <= free.memory or not self.memory)
            and (self.cpu <= free.cpu or not self.cpu)
            and (self.storage <= free.storage or not self.storage)
            and self.pods <= free.pods
        )

    def most(self, other: Amounts) -> Amounts:
        """The larger of each."""
        return Amounts(*map(max, self, other))


NOTHING = Amounts()
UNLIMITED = Amounts(inf, inf, inf, inf)


def total(amounts: Iterable[Amounts]) -> Amounts:
    """Add up many."""
    return Amounts(*map(sum, zip(*amounts, strict=True))) if (amounts := list(amounts)) else NOTHING


def quantity_of(value: object) -> Decimal | None:
    """Read a quantity as Kubernetes does, in its base unit; None where it isn't one."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return _read(str(value).strip())


@lru_cache(maxsize=4096)
def _read(text: str) -> Decimal | None:
    """Read it, or remember it: thousands of workloads request the same few amounts."""
    found = _QUANTITY.fullmatch(text)
    if found is None:
        return None
    number, suffix = Decimal(found[1]), found[2] or ""
    return number * _SUFFIXES[suffix] if suffix in _SUFFIXES else number * Decimal(f"1{suffix}")


def cpu_of(value: object) -> int:
    """Read CPUs, in thousandths, rounded up as the scheduler does; nothing where it isn't a quantity."""
    number = quantity_of(value)
    return 0 if number is None else -int(-number * 1000 // 1)


def bytes_in(value: object) -> int:
    """Read an amount of bytes, rounded up; nothing where it isn't a quantity."""
    number = quantity_of(value)
    return 0 if number is None else -int(-number // 1)


def container_requests(container: Mapping[str, Any]) -> Amounts:
    """What one container requests. Where it has a limit and no request, the API server takes the limit for both."""
    resources = container.get("resources")
    limits, requests = (
        each if isinstance(resources, Mapping) and isinstance(each := resources.get(key), Mapping) else {}
        for key in ("limits", "requests")
    )
    asked = {**limits, **requests}
    return Amounts(
        cpu_of(asked.get("cpu", 0)), bytes_in(asked.get("memory", 0)), bytes_in(asked.get("ephemeral-storage", 0))
    )


def pod_requests(spec: Mapping[str, Any]) -> Amounts:
    """What a pod books, of its spec: all containers together, or one init container that asks for more; its overhead.

    An init container that keeps running (`restartPolicy: Always`) counts beside the containers, and beside the init
    containers after it.
    """
    running = total(map(container_requests, _containers(spec, "containers")))
    sidecars, most = NOTHING, NOTHING
    for container in _containers(spec, "initContainers"):
        asked = container_requests(container).plus(sidecars)
        if container.get("restartPolicy") == "Always":
            sidecars = asked
        most = most.most(asked)
    overhead = container_requests({"resources": {"requests": spec.get("overhead")}})
    return running.plus(sidecars).most(most).plus(overhead)._replace(pods=1)


def _containers(spec: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    listed = spec.get(key)
    return [each for each in listed if isinstance(each, Mapping)] if isinstance(listed, list) else []
