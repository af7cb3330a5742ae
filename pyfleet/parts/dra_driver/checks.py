"""Dynamic Resource Allocation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.checks.registry import Finding, check
from pyfleet.checks.versions import kubernetes_minor
from pyfleet.resolved.gpus import dra_hosts
from pyfleet.resolved.labels import is_dra

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.planning.types.whole import Plan
    from pyfleet.resolved import Resolved

SINCE = 34
"""Minor release of Kubernetes 1."""


@check("F214")
def sharing_under_dra(resolved: Resolved) -> Iterator[Finding]:
    """Shared cards on a host that gives them out by Dynamic Resource Allocation.

    `sharing` is a setting of the device plugin, which doesn't run there. In NVIDIA's DRA driver sharing is experimental
    and off; each claim gets whole cards.
    """
    for name, host in resolved.fleet.hosts.items():
        if host.allocation == "dra" and host.sharing:
            yield Finding(
                ("hosts", name, "sharing"),
                f"{name} gives out its cards by DRA, which gives whole ones",
                "remove `sharing`, or set `allocation: device-plugin`",
                at_key=True,
            )


@check("F221", "warning")
def dra_on_nixos(resolved: Resolved) -> Iterator[Finding]:
    """Dynamic Resource Allocation on a NixOS host.

    NVIDIA's DRA driver (0.4.1) looks for `nvidia-smi` and `libnvidia-ml.so.1` below /usr and /lib of the host before it
    starts, and NixOS has neither there: its pod waits for ever in its first container, and every claim with it.
    """
    for name in dra_hosts(resolved):
        if resolved.fleet.hosts[name].os == "nixos":
            yield Finding(
                ("hosts", name, "allocation"),
                f"{name} runs NixOS, where NVIDIA's DRA driver does not find the host's driver by itself",
                "set `allocation: device-plugin`, or put the driver's files below /usr of the host",
            )


@check("F606")
def dra_before_kubernetes_has_it(resolved: Resolved) -> Iterator[Finding]:
    """Dynamic Resource Allocation with a k3s that is too old for it.

    Kubernetes has `resource.k8s.io/v1` from 1.34 on. An older API server refuses the claims, and their pods with them.
    """
    package = resolved.fleet.cluster.k3s.package
    hosts = dra_hosts(resolved)
    if hosts and kubernetes_minor(resolved.fleet) < SINCE:
        yield Finding(
            ("cluster", "k3s", "package"),
            f"{package} has no Dynamic Resource Allocation, which {hosts[0]} gives out its cards by",
            f"set `k3s_1_{SINCE}` or newer, or remove it",
        )


@check("F224", "warning", needs="plan")
def turns_on_claimed_cards(resolved: Resolved, plan: Plan) -> Iterator[Finding]:
    """A workload that takes turns on cards which are claimed by Dynamic Resource Allocation.

    For a claimed card the scheduler stops no pod, whatever its priority. If a job comes first, what runs always waits
    until it has ended; with `replicas: 0`, until somebody scales it down.
    """
    for row in plan.assignments:
        if row.waits_for and is_dra(resolved.fleet.hosts[row.host]):
            others = ", ".join(row.waits_for)
            yield Finding(
                ("workloads", row.workload),
                f"{row.workload} and {others} claim the same cards of {row.host}: whoever comes first keeps them",
                "set `allocation: device-plugin` for the host, where priorities decide",
                at_key=True,
            )
