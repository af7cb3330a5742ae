"""Say of which resource a host has too little for a pod, beside whom, and what would make room."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pyfleet.offers.amounts import NOTHING, Amounts
from pyfleet.placement.wording import SHOWN, few
from pyfleet.units import GIB

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

Resource = Literal["memory", "cpu", "storage", "pods"]
RESOURCES: tuple[Resource, ...] = ("memory", "cpu", "storage", "pods")
"""In the order in which they are told: memory is what is short most often."""
WHAT: dict[Resource, str] = {"memory": "memory", "cpu": "CPU", "storage": "ephemeral storage", "pods": "pods"}
_NEEDS: dict[Resource, str] = {
    "memory": "{} GiB of main memory",
    "cpu": "{} CPU",
    "storage": "{} GiB of ephemeral storage",
    "pods": "room for {} pod",
}
HOSTS_SHOWN = 2


def amount_text(resource: Resource, amount: float, digits: int = 1) -> str:
    """Spell an amount of a resource: GiB, CPUs or a number."""
    if resource == "cpu":
        return f"{amount / 1000:g}"
    return f"{amount:g}" if resource == "pods" else f"{amount / GIB:.{digits}f}"


def _digits(resource: Resource, needed: float, there: float) -> int:
    """Count the digits by which more than there is looks like more."""
    same = (
        digits for digits in (1, 2, 3) if amount_text(resource, needed, digits) != amount_text(resource, there, digits)
    )
    return next(same, 4)


def lacking(asked: Amounts, left: Amounts) -> list[Resource]:
    """List what there is too little of."""
    return [name for name in RESOURCES if getattr(asked, name) and getattr(asked, name) > getattr(left, name)]


def too_much(
    asked: Callable[[str], Amounts], hosts: Iterable[str], has: Mapping[str, Amounts]
) -> tuple[Resource, str, str] | None:
    """Explain that no host, with nothing else on it, has enough; None if one has.

    Args:
        asked: what a pod would take of a host.
        hosts: hosts that it may run on, at least one.
        has: what each has for pods beside those that run on every host.

    Returns:
        The resource, the message and the hint.
    """
    short = {host: lacking(asked(host), has[host]) for host in hosts}
    if not all(short.values()):
        return None
    resource = next(name for name in RESOURCES if any(name in each for each in short.values()))
    best = max(
        (host for host, each in short.items() if resource in each), key=lambda host: getattr(has[host], resource)
    )
    needed, there = getattr(asked(best), resource), max(0, getattr(has[best], resource))
    digits = _digits(resource, needed, there)
    needs = _NEEDS[resource].format(amount_text(resource, needed, digits))
    named = best if len(short) == 1 else f"{best}, the largest that it may use,"
    return (
        resource,
        f"needs {needs}, but {named} has {amount_text(resource, there, digits)} for pods",
        "request less, or allow another host",
    )


def crowded_out(
    asked: Callable[[str], Amounts],
    hosts: Iterable[str],
    left: Mapping[str, Amounts],
    has: Mapping[str, Amounts],
    names: Callable[[str], Mapping[str, Amounts]],
) -> tuple[Resource, str]:
    """Explain that a pod finds no room beside others, host by host.

    Args:
        asked: what a pod would take of a host.
        hosts: hosts that it may run on.
        left: what is left of each.
        has: what each has for pods in all.
        names: what else is on a host, with what it takes.

    Returns:
        The resource that lacks most often, and the message.
    """
    short = {host: each for host in hosts if (each := lacking(asked(host), left[host]))}
    resource = max(RESOURCES, key=lambda name: (sum(each[0] == name for each in short.values()), name == "memory"))
    those = [host for host, each in short.items() if resource in each]
    those.sort(key=lambda host: getattr(asked(host), resource) - getattr(left[host], resource))
    needed, best = getattr(asked(those[0]), resource), max(0, getattr(left[those[0]], resource))
    digits = _digits(resource, needed, best)
    needs = _NEEDS[resource].format(amount_text(resource, needed, digits))

    def text(host: str) -> str:
        free = amount_text(resource, max(0, getattr(left[host], resource)), digits)
        whole = amount_text(resource, getattr(has[host], resource))
        return f"{host} has {free} left of {whole}{_beside(resource, names(host))}"

    shown = "; ".join(map(text, those[:HOSTS_SHOWN]))
    others = len(those) - HOSTS_SHOWN
    more = f"; {others} more {'host has' if others == 1 else 'hosts have'} less" if others > 0 else ""
    return resource, f"needs {needs}; {shown}{more}"


def _beside(resource: Resource, names: Mapping[str, Amounts]) -> str:
    taken = {name: getattr(amounts, resource) for name, amounts in names.items() if getattr(amounts, resource)}
    largest = sorted(taken, key=lambda name: -taken[name])
    if not largest:
        return ""
    if resource == "pods" and len(largest) > SHOWN:
        return f" beside {few(largest)}"
    return " beside " + few(largest, text=lambda name: f"{name} ({amount_text(resource, taken[name])})")


def together(*names: Mapping[str, Amounts]) -> dict[str, Amounts]:
    """Put what is on one host together."""
    found: dict[str, Amounts] = {}
    for each in names:
        for name, amounts in each.items():
            found[name] = found.get(name, NOTHING).plus(amounts)
    return found
