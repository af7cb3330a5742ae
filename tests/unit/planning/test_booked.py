"""What a plan says is booked is what its manifests request."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

import pyfleet
from pyfleet.offers.amounts import Amounts, pod_requests, total
from pyfleet.offers.pods import PlatformPods
from pyfleet.planning.booked import booked
from pyfleet.rendering import render
from pyfleet.resolved import Resolved
from pyfleet.resolved.taints import tolerates_all
from tests.conftest import ROOT
from tests.unit.fleets import objects_in, planned

FLEETS = [ROOT / "hosts/fleet.yaml", *sorted((ROOT / "tests/fleets").glob("*/fleet.yaml"))]


@pytest.mark.parametrize("path", FLEETS, ids=lambda path: path.parent.name)
def test_the_sum_over_all_hosts_is_that_of_the_rendered_pods(path: Any) -> None:
    """Beside it stand only k3s' own pods and those of charts, which others render."""
    plan = pyfleet.plan(pyfleet.load(path))
    resolved, tree = plan.resolved, render(plan)
    own = {pods.name for part in resolved.parts for pods in part.pods(resolved)}
    others = [
        pods.requests
        for pods in resolved.platform_pods
        if pods.name not in own
        for _ in range(pods.replicas if pods.hosts is None else _hosts_with(pods, resolved))
    ]

    bodies = [*objects_in(tree, "kubernetes"), *objects_in(tree, "bootstrap")]
    rendered = total([*others, *map(pod_requests, _pods(bodies, plan))])

    assert total(use.booked for use in plan.hosts) == rendered


def _hosts_with(pods: PlatformPods, resolved: Resolved) -> int:
    """Count the hosts that a DaemonSet's pods tolerate."""
    hosts = resolved.fleet.hosts
    return sum(tolerates_all(pods.tolerations, hosts[host]) for host in pods.hosts or ())


def _pods(bodies: list[dict[str, Any]], plan: Any) -> list[dict[str, Any]]:
    """Pod specs of all that always runs, each as often as it runs."""
    hosts_of = {pods.name: pods.hosts for pods in plan.resolved.platform_pods if pods.hosts is not None}
    scaled = {
        name: each.autoscale.max_replicas for name, each in plan.resolved.fleet.workloads.items() if each.autoscale
    }
    found = []
    for body in bodies:
        name, spec = body["metadata"]["name"], body.get("spec", {})
        if body["kind"] in {"Deployment", "StatefulSet"} and "selector" in spec:  # a patch has none
            found += [spec["template"]["spec"]] * scaled.get(name, spec.get("replicas", 1))
        elif body["kind"] == "DaemonSet":
            found += [spec["template"]["spec"]] * len(hosts_of[name])
        elif body["kind"] == "LeaderWorkerSet":
            group = spec["leaderWorkerTemplate"]
            found += [group["leaderTemplate"]["spec"], *[group["workerTemplate"]["spec"]] * (group["size"] - 1)]
    return found


def test_booked_is_in_kubernetes_words() -> None:
    plan = planned(
        "hosts: {it: {role: server, address: 10.0.0.1, cpus: 4, memory: 8Gi}}\n"
        "workloads: {web: {image: a/b:1, replicas: 2, resources: {requests: {cpu: 250m, memory: 1Gi}}}}"
    )

    platform = Amounts(200, 2 * 70 * 2**20, 0, 5)  # CoreDNS, metrics-server, local-path, Traefik, its ServiceLB
    assert booked(plan) == {
        "it": {
            "cpu": 500 + platform.cpu,
            "memory": 2 * 2**30 + platform.memory,
            "ephemeral-storage": 0,
            "pods": 2 + platform.pods,
        }
    }


def test_each_of_our_daemon_sets_is_booked_where_it_runs() -> None:
    plan = planned(
        "hosts: {a: {role: server, address: 10.0.0.1, gpus: [rtx-4090], sharing: {mps: 2}}, b: {address: 10.0.0.2}}\n"
        "platform: {monitoring: {prometheus: {}}}"
    )
    daemons = [
        body["metadata"]["name"] for body in objects_in(render(plan), "kubernetes") if body["kind"] == "DaemonSet"
    ]
    hosts = Counter(
        {pods.name: len(pods.hosts) for part in plan.resolved.parts for pods in part.pods(plan.resolved) if pods.hosts}
    )

    assert hosts == Counter(daemons)
