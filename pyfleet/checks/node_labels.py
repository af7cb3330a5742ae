"""F1xx: labels and taints of nodes."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pyfleet.checks.registry import Finding, check
from pyfleet.resolved.labels import derived_labels, with_domain
from pyfleet.resolved.taints import tolerates_all
from pyfleet.shared import kubelet_refuses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.resolved import Resolved

SHOWN = 4
"""Pods that a message lists."""


@check("F104")
def label_that_the_kubelet_refuses(resolved: Resolved) -> Iterator[Finding]:
    """A node label that the kubelet may not set.

    Labels below kubernetes.io and k8s.io are reserved for Kubernetes, except for a short list. With
    `node-role.kubernetes.io/control-plane=true`, one fleet's kubelet refused to start, and the node was gone.
    Use a label of the fleet's own domain: a key without a prefix gets it.
    """
    domain = resolved.fleet.cluster.domain
    for name, host in resolved.fleet.hosts.items():
        for key in host.labels:
            if "/" in key and kubelet_refuses(key):
                own = key.rpartition("/")[2]
                yield Finding(
                    ("hosts", name, "labels", key),
                    f"the kubelet refuses to start with the label {key}",
                    f"use a label of your own domain, such as `{own}` ({domain}/{own})",
                    at_key=True,
                )
    for name in resolved.fleet.hosts:
        refused = [key for key in resolved.labels[name] if key.startswith(f"{domain}/") and kubelet_refuses(key)]
        if refused:
            yield Finding(
                ("cluster", "domain"),
                f"{name} would have the label {refused[0]}, with which its kubelet refuses to start",
                "use a domain of your own: this one is Kubernetes'",
            )
            return


@check("F105")
def label_that_is_derived(resolved: Resolved) -> Iterator[Finding]:
    """A label typed by hand that follows from the host's GPUs.

    One fleet's notes had `vram-total=28` for two cards of 16 GiB, and `32` two pages later. pyfleet counts instead.
    """
    domain = resolved.fleet.cluster.domain
    for name, host in resolved.fleet.hosts.items():
        derived = derived_labels(host, resolved.products_of(host), domain)
        for key, value in host.labels.items():
            full = key if "/" in key else f"{domain}/{key}"
            if full in derived:
                yield Finding(
                    ("hosts", name, "labels", key),
                    f"{full} is derived from the host (here: {derived[full]}), but {value!r} is typed",
                    "remove it",
                    at_key=True,
                )


@check("F109")
def label_given_twice(resolved: Resolved) -> Iterator[Finding]:
    """One label key with two values on one node.

    In one fleet a node had `hydra.io/workload=generation` and `hydra.io/workload=training`: a key has one value, and
    the last one silently wins. Make the second a key of its own, such as `training: "true"`.
    """
    domain = resolved.fleet.cluster.domain
    for name, host in resolved.fleet.hosts.items():
        seen: dict[str, str] = {}
        for key in host.labels:
            full = next(iter(with_domain({key: ""}, domain)))
            if full in seen:
                yield Finding(
                    ("hosts", name, "labels", key),
                    f"{key} is the same label as {seen[full]}: {full}",
                    "a label has one value on a node; make the other a key of its own",
                    at_key=True,
                )
            seen.setdefault(full, key)


@check("F110")
def taint_given_twice(resolved: Resolved) -> Iterator[Finding]:
    """Two taints with one key and effect on one node.

    Kubernetes refuses the node.
    """
    for name, host in resolved.fleet.hosts.items():
        seen: dict[tuple[str, str], int] = defaultdict(int)
        for index, taint in enumerate(host.taints):
            key, _, effect = taint.rpartition(":")
            identity = (key.partition("=")[0], effect)
            seen[identity] += 1
            if seen[identity] == 2:  # noqa: PLR2004 - reported once, not for every further one
                yield Finding(
                    ("hosts", name, "taints", index),
                    f"a second taint {identity[0]} with effect {effect}",
                    "keep one of them",
                )


@check("F130")
def no_host_for_ordinary_pods(resolved: Resolved) -> Iterator[Finding]:
    """A cluster in which every host has a taint that ordinary pods don't tolerate.

    CoreDNS, metrics-server and local-path-provisioner, which k3s brings, tolerate the taints of the control plane and
    CriticalAddonsOnly, and no others; the pods of charts tolerate none. They would stay Pending: without CoreDNS no pod
    finds another. Leave one host without a taint, or use PreferNoSchedule, which is only a preference.
    """
    hosts = resolved.fleet.hosts
    if not hosts or any(name not in resolved.tainted for name in hosts):
        return
    waiting = [
        pods.name
        for pods in resolved.platform_pods
        if pods.hosts is None and not any(tolerates_all(pods.tolerations, host) for host in hosts.values())
    ]
    waiting += [f"the chart {chart.name}" for chart in resolved.charts if not resolved.pods_of_chart(chart.name)]
    if waiting:
        shown = ", ".join(waiting[:SHOWN]) + (f" and {len(waiting) - SHOWN} more" if len(waiting) > SHOWN else "")
        yield Finding(
            ("hosts", next(iter(hosts)), "taints"),
            f"every host has a taint that keeps away {shown}",
            "leave one host without, or let its taint be PreferNoSchedule",
        )
