"""F5xx: volumes that are on one host."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyfleet.checks.raw_objects import placed_objects, raw_objects
from pyfleet.checks.registry import Finding, check
from pyfleet.placement.demands import pods_of
from pyfleet.resolved.names import disabled_components
from pyfleet.resolved.stores import store_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from pyfleet.checks.registry import Path
    from pyfleet.model.storage import Storage
    from pyfleet.planning.types.whole import Plan
    from pyfleet.planning.types.workloads import WorkloadPlan
    from pyfleet.resolved import Resolved

LOCAL_PATH = "local-path"
"""k3s' own StorageClass: a directory of the host on which its first pod runs."""
HINT = "tie all of them to one host by `host`, use `nfs`, or a StatefulSet, whose pods have a volume each"
GROUP = "LeaderWorkerSet"
FOR_MANY = ("ReadWriteMany", "ReadOnlyMany")
FEW = 3
"""Hosts that a message names; of more it says how many there are."""


def is_local_path(resolved: Resolved, storage: Storage) -> bool:
    """Whether k3s' local-path provisioner makes this store's volumes."""
    mine = "local-storage" not in disabled_components(resolved)
    return mine and storage.storage_class == LOCAL_PATH


@check("F521")
def local_path_for_many_hosts(resolved: Resolved) -> Iterator[Finding]:
    """Storage of k3s' local-path class for several hosts.

    Its volumes are directories of one host, so the provisioner refuses every claim that isn't ReadWriteOnce: the claim
    stays Pending, and its pods with it. Pods of one host may share a ReadWriteOnce volume. For several hosts use an
    NFS export, or a StorageClass that can do it. A claim among `manifests` without a class gets this one, unless the
    fleet brings another.
    """
    for name, storage in resolved.fleet.storage.items():
        if is_local_path(resolved, storage) and storage.access != "ReadWriteOnce":
            yield Finding(
                ("storage", name, "access"),
                f"a volume of {LOCAL_PATH} is on one host, and can't be {storage.access}",
                "leave `access` out, or use `nfs` in place of the class",
            )

    for place, access in _raw_claims(resolved):
        yield Finding(
            place,
            f"a volume of {LOCAL_PATH} is on one host, and can't be {access}",
            "set `accessModes: [ReadWriteOnce]`, or name another class",
        )


def _raw_claims(resolved: Resolved) -> Iterator[tuple[Path, str]]:
    """Find claims of this class among the raw manifests, and an access mode for several hosts that they ask for."""
    fleet = resolved.fleet
    if "local-storage" in disabled_components(resolved):
        return
    others = any(chart.storage_classes for chart in fleet.charts.values())
    others = others or any(True for _ in raw_objects(fleet, "StorageClass"))
    for place, body, _ in placed_objects(fleet, "PersistentVolumeClaim"):
        spec = body.get("spec")
        if not isinstance(spec, dict) or spec.get("volumeName"):
            continue
        modes = spec.get("accessModes")
        beyond = [mode for mode in FOR_MANY if isinstance(modes, list) and mode in modes]
        if beyond and (spec.get("storageClassName") == LOCAL_PATH or ("storageClassName" not in spec and not others)):
            yield place, beyond[0]


@check("F522", needs="plan")
def local_path_on_two_hosts(resolved: Resolved, plan: Plan) -> Iterator[Finding]:
    """A volume of k3s' local-path class whose pods can't all be on one host.

    The volume is made on the host of the first pod that uses it, and stays there. Pods that have to run elsewhere stay
    Pending for ever: workloads tied to different hosts, replicas whose cards are on two, replicas with a hostPort.
    Workloads that may run on several hosts simply follow the volume. Pods of a StatefulSet have a volume each.
    """
    for workload, store, message in _apart(resolved, plan, lambda storage: is_local_path(resolved, storage)):
        yield Finding(_place(workload, store), f"{store} is on one host, but {message}", HINT, at_key=True)


@check("F524", "warning", needs="plan")
def one_hosts_storage_on_two_hosts(resolved: Resolved, plan: Plan) -> Iterator[Finding]:
    """A ReadWriteOnce volume of some class whose pods can't all be on one host.

    Most provisioners attach it to one host at a time: a pod on another one waits in ContainerCreating for ever, with
    `Multi-Attach error` among its events. Where the class can do it, say `access: ReadWriteMany`.
    """

    def attached(storage: Storage) -> bool:
        once = storage.storage_class is not None and storage.access == "ReadWriteOnce"
        return once and not is_local_path(resolved, storage)

    for workload, store, message in _apart(resolved, plan, attached):
        hint = f"set `access: ReadWriteMany` for {store} if its class can do it, or tie all to one host by `host`"
        yield Finding(_place(workload, store), f"{store} is ReadWriteOnce, but {message}", hint, at_key=True)


def _apart(
    resolved: Resolved, plan: Plan, on_one_host: Callable[[Storage], bool]
) -> Iterator[tuple[WorkloadPlan, str, str]]:
    """Find workloads that can't be on one host with those that share a volume: with the store, and why."""
    placed: dict[str, set[str]] = {}
    for row in plan.assignments:
        placed.setdefault(row.workload, set()).add(row.host)
    groups: list[Together] = []
    for workload in plan.workloads:
        claims = _claims(resolved, workload, on_one_host)
        if not claims:
            continue
        hosts = placed.get(workload.name) or set(workload.hosts)
        sharing = [group for group in groups if group.claims & claims]
        message = _alone(workload, hosts) or _beside(workload, hosts, sharing)
        if message:
            in_the_way = [group.claims for group in sharing if not hosts & group.hosts] or [claims]
            _, store = min(claims & in_the_way[0])
            yield workload, store, message
            continue
        groups = [group for group in groups if group not in sharing]
        groups.append(_joined(workload, hosts, claims, sharing))


@dataclass(frozen=True, slots=True, eq=False)
class Together:
    """Workloads that have to be on one host, because of the volumes that they share."""

    claims: frozenset[tuple[str, str]]
    """Namespaces and names."""
    members: tuple[tuple[str, frozenset[str]], ...]
    """Workloads, and where each may run."""
    hosts: frozenset[str]
    """Where all of them may run."""


def _joined(
    workload: WorkloadPlan, hosts: set[str], claims: frozenset[tuple[str, str]], sharing: Sequence[Together]
) -> Together:
    """Put a workload and all with which it shares a volume together."""
    members = [member for group in sharing for member in group.members]
    return Together(
        claims=claims.union(*(group.claims for group in sharing)),
        members=(*members, (workload.name, frozenset(hosts))),
        hosts=frozenset(hosts).intersection(*(group.hosts for group in sharing)),
    )


def _claims(
    resolved: Resolved, workload: WorkloadPlan, on_one_host: Callable[[Storage], bool]
) -> frozenset[tuple[str, str]]:
    """Name the claims of such stores that all pods of a workload share."""
    storage = resolved.fleet.storage
    claims = (volume.claim for volume in workload.volumes if volume.claim)
    return frozenset(
        (workload.spec.namespace, claim) for claim in claims if claim in storage and on_one_host(storage[claim])
    )


def _alone(workload: WorkloadPlan, hosts: set[str]) -> str | None:
    """Say why a workload's own pods can't be on one host."""
    if workload.spec.kind == GROUP:
        return f"each pod of a group of {workload.name} is on a host of its own"
    pods = pods_of(workload.spec)
    if pods > 1 and any(port.host_port for port in workload.ports):
        return f"{pods} pods of {workload.name} with one hostPort are on {pods} hosts"
    if pods > 1 and len(hosts) > 1 and workload.spec.gpu:
        return f"the cards of {workload.name} are on {_listed(hosts)}"
    return None


def _beside(workload: WorkloadPlan, hosts: set[str], sharing: Sequence[Together]) -> str | None:
    """Say why a workload can't be on one host with those that use the volume too."""
    if not sharing or hosts.intersection(*(group.hosts for group in sharing)):
        return None
    members = [member for group in sharing for member in group.members]
    apart = [(name, theirs) for name, theirs in members if not hosts & theirs] or members
    name, theirs = apart[0]
    return f"{workload.name} runs on {_listed(hosts)} and {name} on {_listed(theirs)}"


def _listed(hosts: Collection[str]) -> str:
    return ", ".join(sorted(hosts)) if len(hosts) <= FEW else f"{len(hosts)} hosts"


def _place(workload: WorkloadPlan, store: str) -> Path:
    mounted = any(volume.storage and store_of(volume)[0] == store for volume in workload.spec.volumes.values())
    return ("workloads", workload.name, "volumes" if mounted else "cache")
