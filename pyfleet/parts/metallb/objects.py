"""MetalLB's pools, and their advertisement."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from pyfleet.parts.metallb.model import LOAD_BALANCING, bounds
from pyfleet.rendering.kubernetes.app import App, Object, metadata, without_empty
from pyfleet.resolved.names import fixed_addresses

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyfleet.planning.types.whole import Plan

CHART = "metallb"
FOLDER = "platform/metallb"
API = "metallb.io/v1beta1"
ADVERTISEMENT = "fleet"


def apps(plan: Plan) -> Iterator[App]:
    """Render the pools, and one advertisement of all of them.

    Fixed addresses are in a pool of their own, which gives none away automatically: a Service without a fixed address
    used to get the first address of the pool, and the dashboard that it was meant for got none.
    """
    balancing = LOAD_BALANCING.of(plan.resolved.fleet)
    if balancing is None:
        return
    namespace = plan.resolved.chart_of(CHART).namespace
    fixed = {IPv4Address(each.address) for each in fixed_addresses(plan.resolved)}
    pools = [
        pool
        for name, text in sorted(balancing.metallb.pools.items())
        for pool in _pools(name=name, text=text, taken=fixed, namespace=namespace)
    ]
    names = [pool["metadata"]["name"] for pool in pools]
    interfaces = sorted(set(balancing.metallb.interfaces))
    yield App(FOLDER, (*pools, _advertisement(namespace, names, interfaces)))


def _pools(*, name: str, text: str, taken: Iterable[IPv4Address], namespace: str) -> Iterator[Object]:
    first, last = bounds(text)
    fixed = sorted(address for address in taken if first <= address <= last)
    free = []
    for address in fixed:
        if first < address:
            free.append(_range(first, address - 1))
        first = address + 1
    if first <= last:
        free.append(_range(first, last))
    if free:
        yield _pool(name, namespace, free)
    if fixed:
        # It has a dot, so no name in the fleet file equals it.
        ranges = [_range(address, address) for address in fixed]
        yield _pool(f"{name}.fixed", namespace, ranges, autoAssign=False)


def _range(first: IPv4Address, last: IPv4Address) -> str:
    return f"{first}/32" if first == last else f"{first}-{last}"


def _pool(name: str, namespace: str, addresses: list[str], **more: object) -> Object:
    return {
        "apiVersion": API,
        "kind": "IPAddressPool",
        "metadata": metadata(name, namespace),
        "spec": {"addresses": addresses, **more},
    }


def _advertisement(namespace: str, pools: list[str], interfaces: list[str]) -> Object:
    return {
        "apiVersion": API,
        "kind": "L2Advertisement",
        "metadata": metadata(ADVERTISEMENT, namespace),
        "spec": {"ipAddressPools": pools, **without_empty(interfaces=interfaces)},
    }
