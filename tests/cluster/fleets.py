"""A fleet on the cluster: its nodes, and its manifests, applied as the README says."""

from __future__ import annotations

import random
import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import pyfleet
from pyfleet.placement.demands import turn_of
from tests.cluster.nodes import planned_pods
from tests.cluster.pods import CONTROLLERS, collection, complete, pending, running, settled
from tests.cluster.world import install_k3s_own, join_nodes
from tests.manifests.tree import read_objects

if TYPE_CHECKING:
    from pathlib import Path

    from pyfleet.planning.types.whole import Plan
    from tests.cluster.api import Object
    from tests.cluster.control_plane import ControlPlane, Snapshot


@dataclass
class FleetOnCluster:
    """A fleet's nodes in a cluster that is otherwise empty."""

    name: str
    control_plane: ControlPlane
    tree: Path
    """Folder with its `kustomization.yaml`."""
    plan: Plan
    empty: Snapshot
    """What is in a cluster without nodes."""
    first_apply: list[str] = field(default_factory=list)
    """What kubectl wrote to stderr: what was refused, and the API server's warnings."""

    def start_empty(self) -> None:
        """Empty the cluster, and let the nodes join."""
        self.control_plane.restore(self.empty)
        install_k3s_own(self.control_plane.api)
        join_nodes(self.control_plane.api, self.plan)

    def start_quickly(self) -> None:
        """Start without kubectl, and without the workloads."""
        self.start_empty()
        for each in self.objects:
            if each not in self.workloads:
                self.control_plane.api.apply(each)

    def start(self) -> None:
        """Start, and apply everything."""
        self.start_empty()
        self.first_apply = self.apply("-k", self.tree)
        self._scale_up()

    def _scale_up(self) -> None:
        """Play KEDA at its busiest, since the plan holds for as many pods as it may ask for."""
        for body in self.workloads:
            if body["metadata"]["name"] in self._scaled:
                path = f"{collection(body)}/{body['metadata']['name']}/scale"
                self.control_plane.api.patch(path, {"spec": {"replicas": body["spec"]["replicas"]}})

    @cached_property
    def _scaled(self) -> dict[str, int]:
        return {
            workload.name: workload.spec.autoscale.max_replicas
            for workload in self.plan.workloads
            if workload.spec.autoscale
        }

    def apply(self, *what: str | Path) -> list[str]:
        """Apply something as the README says; give what kubectl complains of."""
        done = self.control_plane.kubectl("apply", "--server-side", *what)
        return done.stderr.splitlines()

    def started_with(self) -> list[tuple[str | Path, ...]]:
        """What is applied besides: the files that the first server applies one by one, then what Argo CD pulls."""
        bootstrap, pulled = (self.tree.parent / name for name in ("bootstrap", "argocd"))
        files: list[tuple[str | Path, ...]] = [("-f", path) for path in sorted(bootstrap.glob("*.yaml"))]
        return [*files, *([("-k", pulled)] if pulled.joinpath("kustomization.yaml").exists() else [])]

    def versions(self) -> dict[str, str]:
        """Versions of the fleet's objects, as they are in the cluster now."""
        done = self.control_plane.kubectl("get", "-k", self.tree, "-o", VERSIONS)
        assert done.stderr == ""
        return dict(line.rsplit("=", 1) for line in done.stdout.splitlines())

    def diff(self) -> str:
        """What another apply would change."""
        done = self.control_plane.kubectl("diff", "--server-side", "-k", self.tree)
        return done.stdout + done.stderr

    @cached_property
    def objects(self) -> list[Object]:
        """All objects, as kustomize builds them."""
        built = self.control_plane.kubectl("kustomize", self.tree)
        assert built.stderr == ""
        return [each.body for each in read_objects(built.stdout, self.tree.name)]

    @cached_property
    def workloads(self) -> list[Object]:
        """Controllers of the fleet's workloads, those of the platform left out."""
        names = {workload.name for workload in self.plan.workloads}
        found = [each for each in self.objects if each["kind"] in CONTROLLERS and each["metadata"]["name"] in names]
        for each in found:
            if each["metadata"]["name"] in self._scaled:
                each["spec"]["replicas"] = self._scaled[each["metadata"]["name"]]
        return found

    def pods(self) -> list[Object]:
        """All pods, once nothing changes any more."""
        return settled(self.control_plane.api)

    def arrive(self, order: list[Object], *, together: bool = False) -> list[Object]:
        """Let workloads come, each when the one before has its place or none, or all at once; give all pods."""
        for each in order:
            self.control_plane.api.apply(each)
            if not together:
                settled(self.control_plane.api, quiet=0.1)
        return self.pods()

    def complete_jobs(self) -> list[Object]:
        """Let the pods of all jobs end, also those that start when others end; give all pods."""
        api = self.control_plane.api
        while True:
            pods = self.pods()
            jobs = [pod for pod in pods if _runs_for_a_job(pod)]
            if not jobs:
                return pods
            for pod in jobs:
                complete(api, pod)

    @property
    def in_use(self) -> list[str]:
        """Hosts that something runs on always."""
        return sorted({host for hosts in self.always.values() for host in hosts})

    def lose(self, host: str) -> None:
        """Let a host be lost, and everything on it with it."""
        self._taint(host, [*self._taints(host), {"key": LOST, "effect": "NoExecute"}])
        self.pods()

    def find_again(self, host: str) -> list[Object]:
        """Let a lost host be back; give all pods."""
        self._taint(host, [each for each in self._taints(host) if each["key"] != LOST])
        return self.pods()

    def _taints(self, host: str) -> list[Object]:
        taints: list[Object] = self.control_plane.api.call("GET", f"/api/v1/nodes/{host}")["spec"].get("taints", [])
        return taints

    def _taint(self, host: str, taints: list[Object]) -> None:
        self.control_plane.api.patch(f"/api/v1/nodes/{host}", {"spec": {"taints": taints}})

    def remove_workloads(self) -> None:
        """Delete the fleet's own workloads, and leave everything else."""
        for each in self.workloads:
            self.control_plane.api.delete(f"{collection(each)}/{each['metadata']['name']}")
        self.pods()

    @cached_property
    def always(self) -> dict[str, Counter[str]]:
        """Hosts of the pods that the plan says run always, of kinds whose controller runs here."""
        kinds = {workload.name: workload.spec.kind for workload in self.plan.workloads}
        return {name: hosts for name, hosts in planned_pods(self.plan).items() if kinds[name] in CONTROLLERS}

    def misplaced(self, pods: list[Object], *, but: frozenset[str] = frozenset()) -> dict[str, str]:
        """What runs always, but not or not where the plan has it, with where it does or why not."""
        there, waiting = running(pods), pending(pods)
        workloads = self.plan.resolved.fleet.workloads.items()
        may_wait = but | {name for name, workload in workloads if turn_of(workload) != "always"}
        found = {name: f"waits: {why}" for name, why in waiting.items() if name not in may_wait}
        for name, hosts in self.always.items():
            if name not in but and not self._is_as_planned(name, there.get(name, Counter())):
                why = waiting.get(name, "")
                found[name] = f"planned on {_shown(hosts)}, runs on {_shown(there.get(name))} {why}".rstrip()
        return found

    def _is_as_planned(self, name: str, hosts: Counter[str]) -> bool:
        """Whether a workload's pods are on the planned hosts, or on such as the plan calls as good."""
        (workload,) = (each for each in self.plan.workloads if each.name == name)
        as_good = set(self.plan.resolved.hosts_matching(workload.node_selector)) if workload.prefers else set()
        planned = self.always[name]
        return hosts == planned or (hosts.total() == planned.total() and hosts.keys() <= as_good)

    def wrong_turns(self, pods: list[Object]) -> dict[str, str]:
        """What isn't as planned while jobs run: of the jobs, and of what runs always beside them."""
        there = running(pods)
        jobs = [row for row in self.plan.assignments if row.turn in {"job", "queued"}]
        stopped = frozenset(name for row in jobs if row.workload in there for name in row.preempts)
        found = self.misplaced(pods, but=stopped)
        for row in jobs:
            before = [name for name in row.waits_for if name in there]
            if row.workload in there and before:
                found[row.workload] = f"runs, though planned to wait for {', '.join(before)}"
            # Those that take turns take turns with each other too: who comes first goes first.
            others = [job for job in jobs if job is not row and job.host == row.host and job.workload in there]
            if row.workload not in there and not row.waits_for and not others:
                found[row.workload] = f"waits, though planned to wait for nobody {pending(pods)}"
        return found

    def orders(self, count: int) -> list[list[Object]]:
        """Orders of arrival, drawn from a seed: the same at each run; none where there is only one."""
        chance = random.Random(self.name)  # noqa: S311 - an order, not a secret
        return [
            chance.sample(self.workloads, len(self.workloads)) for _ in range(count if len(self.workloads) > 1 else 0)
        ]


LOST = "lab.example/lost"
"""Taint that nobody tolerates: of Kubernetes' own all pods tolerate those of a lost host for five minutes."""
VERSIONS = (
    'jsonpath={range .items[*]}{.kind}/{.metadata.namespace}/{.metadata.name}={.metadata.resourceVersion}{"\\n"}{end}'
)


def of_file(file: Path, folder: Path, control_plane: ControlPlane, empty: Snapshot) -> FleetOnCluster:
    """Render a fleet that has no errors into a folder."""
    examined = pyfleet.examine(pyfleet.load(file))
    assert examined.errors == ()
    assert examined.plan is not None
    for path, text in pyfleet.render(examined.plan).items():
        folder.joinpath(path).parent.mkdir(parents=True, exist_ok=True)
        folder.joinpath(path).write_text(text)
    return FleetOnCluster(folder.name.removesuffix("0"), control_plane, folder / "kubernetes", examined.plan, empty)


def _runs_for_a_job(pod: Object) -> bool:
    owners = [owner["kind"] for owner in pod["metadata"].get("ownerReferences", [])]
    return owners == ["Job"] and pod["status"].get("phase") == "Running"


def _shown(hosts: Counter[str] | None) -> str:
    return (
        ", ".join(f"{host} ({count})" if count > 1 else host for host, count in sorted((hosts or {}).items()))
        or "no host"
    )


def warnings(lines: list[str]) -> list[str]:
    """What the API server warns of, among the lines of kubectl."""
    return [line for line in lines if re.match(r"Warning: ", line)]
