"""F2xx: how cards are given to pods: whole, shared, or claimed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.checks.registry import Finding, check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.resolved import Resolved


@check("F208")
def card_in_a_machine_that_cannot_have_it(resolved: Resolved) -> Iterator[Finding]:
    """A card in a machine of the wrong architecture.

    The GB10 of a DGX Spark and the modules of a Jetson are part of an arm64 machine. With the default `system` the host
    would get a configuration for x86_64 and images of the wrong architecture ("exec format error").
    """
    for name, host in resolved.fleet.hosts.items():
        for index, product in enumerate(host.gpus):
            known = resolved.products.get(product)
            if known and host.system not in known.systems:
                yield Finding(
                    ("hosts", name, "gpus", index),
                    f"a {product} is never in a machine of {host.system}",
                    f"set `system: {known.systems[0]}`",
                )


@check("F213")
def several_shares_for_one_pod(resolved: Resolved) -> Iterator[Finding]:
    """A workload that requests several cards where all cards are shared.

    Kubernetes counts shares there, and two of them can be of one card: an engine that splits its model over two cards
    would find one. The device plugin is configured to refuse such pods, so they fail.
    """
    for name, workload in resolved.fleet.workloads.items():
        if workload.gpu is None or workload.gpu.count == 1:
            continue
        allowed = resolved.hosts_matching(resolved.selector_of(workload))
        host = resolved.host_of(workload)
        cards = [
            card
            for each in allowed
            if host in (None, each)
            for card in resolved.cards.get(each, ())
            if workload.gpu.product in (None, card.product)
        ]
        if cards and all(card.slots > 1 for card in cards):
            hosts = ", ".join(dict.fromkeys(card.host for card in cards))
            yield Finding(
                ("workloads", name, "gpu", "count"),
                f"requests {workload.gpu.count} cards, but those of {hosts} are shared, and two shares can be one card",
                "request 1, or remove `sharing` from a host",
            )
