"""Decide everything that a workload's manifests need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.digest import digest
from pyfleet.model.secrets import secret_and_key
from pyfleet.planning.claims import claim_plan
from pyfleet.planning.engine_flags import engine_arguments
from pyfleet.planning.probes import probe_plans
from pyfleet.planning.services import workload_discovery
from pyfleet.planning.types.workloads import PortPlan, WorkloadPlan
from pyfleet.planning.volumes import file_keys, volume_plans
from pyfleet.resolved import SERVING
from pyfleet.resolved.labels import class_labels
from pyfleet.resolved.needs import kv_cache_of
from pyfleet.resolved.requests import resources_of
from pyfleet.resolved.stores import stores_of
from pyfleet.units import seconds_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from pyfleet.model.workloads import Workload
    from pyfleet.planning.scheduling import Scheduling
    from pyfleet.planning.types.storage import StoragePlan
    from pyfleet.planning.types.workloads import ProbePlan, WaitPlan
    from pyfleet.resolved import Resolved

IMAGE_PULL = 1800
"""Seconds allowed for pulling an image: those of serving engines have 10 to 20 GB."""


def workload_plan(
    name: str,
    workload: Workload,
    resolved: Resolved,
    scheduling: Scheduling,
    storage: Mapping[tuple[str, str], StoragePlan],
) -> WorkloadPlan:
    """Decide one workload."""
    engine = resolved.engine_of(workload)
    serves = workload.kind in SERVING
    ports = _ports(workload, resolved)
    startup, readiness, liveness = (
        probe_plans(workload, engine, ports[0].name) if serves and ports else (None, None, None)
    )
    volumes, mounts = volume_plans(name, workload, engine, storage, has_shared_memory=scheduling.is_mps(name))
    requests, limits = resources_of(workload, engine, unified=scheduling.is_unified(name))
    rows = scheduling.assignments_of(name)
    waits = scheduling.waits_of(name)
    flags, engine_env = engine_arguments(
        workload,
        engine,
        rows[0] if rows else None,
        others=scheduling.taken_beside(name),
        kv_cache=kv_cache_of(workload, resolved),
        watched=serves and bool(resolved.offers.metrics),
    )
    claim = claim_plan(rows, resolved)
    queue = workload.queue if resolved.offers.queue_label else None
    queued_for = _class_of_host(rows[0].host, resolved) if queue and rows and not claim else {}
    files = dict(zip(file_keys(workload.files), workload.files.values(), strict=True))
    return WorkloadPlan(
        name=name,
        spec=workload,
        image=_image(name, workload, resolved, scheduling),
        args=(*workload.args, *flags),
        env=_without({**engine.env, **engine_env, **workload.env}, workload.secrets),
        secret_env={variable: secret_and_key(key) for variable, key in workload.secrets.items()},
        replicas=1 if workload.replicas is None else workload.replicas,
        strategy=_strategy(workload, storage),
        ports=ports,
        startup=startup,
        readiness=readiness,
        liveness=liveness,
        progress_deadline=_progress_deadline(startup, waits),
        waits=waits,
        requests=requests,
        limits=limits,
        gpus=workload.gpu.count if workload.gpu and not claim else 0,
        claim=claim,
        visible_devices=scheduling.visible_devices(name),
        runtime_class=scheduling.runtime_class(name),
        node_selector=dict(sorted({**scheduling.node_selector(name, workload), **queued_for}.items())),
        priority_class=scheduling.priority_class(name, workload),
        hosts=scheduling.hosts_of(name, workload),
        tied_to=scheduling.tied_to(name),
        spreads=scheduling.spreads(name),
        prefers=scheduling.prefers(name, workload),
        tolerations=resolved.tolerations_of(workload),
        volumes=volumes,
        mounts=mounts,
        files=files,
        files_digest=_digest(files) if files else None,
        capabilities=tuple(engine.capabilities if workload.capabilities is None else workload.capabilities),
        queue=queue,
        active_deadline=seconds_of(workload.active_deadline) if workload.active_deadline else None,
        discovery=workload_discovery(workload, resolved.fleet),
    )


def _class_of_host(host: str, resolved: Resolved) -> dict[str, str]:
    """Choose the labels that the queue tells hosts apart by.

    What gives a job its turn also writes them into its pods. If they are there before, there is nothing to write, and
    so nothing that the next apply disagrees with.
    """
    return class_labels(resolved.labels[host], resolved.fleet.cluster.domain)


def _without(env: Mapping[str, str], secrets: Collection[str]) -> dict[str, str]:
    """Leave out what comes from a Secret in place of the engine's own value: a container has a variable once."""
    return {name: value for name, value in env.items() if name not in secrets}


def _ports(workload: Workload, resolved: Resolved) -> tuple[PortPlan, ...]:
    """Decide ports; `expose` is about the first one. A job has none."""
    named = resolved.ports_of(workload)
    expose = workload.expose
    balancer = expose.load_balancer.port if expose.load_balancer else None
    return tuple(
        PortPlan(name, port, expose.host_port, expose.node_port, balancer) if first else PortPlan(name, port)
        for first, (name, port) in zip([True, *[False] * len(named)], named.items(), strict=False)
    )


def _progress_deadline(startup: ProbePlan | None, waits: tuple[WaitPlan, ...]) -> int | None:
    """Seconds that a rollout may take: for the image, for workloads that it waits for, for its own start."""
    if startup is None:
        return None
    return IMAGE_PULL + sum(wait.seconds for wait in waits) + startup.period * startup.failure_threshold


def _image(name: str, workload: Workload, resolved: Resolved, scheduling: Scheduling) -> str:
    """Choose the image: that of the architecture it runs on, where there is one for each."""
    images = resolved.images_of(workload)
    if not images:
        return workload.image or resolved.engine_of(workload).image or ""
    architecture = scheduling.architecture(name, workload)
    return images.get(architecture or "", next(iter(images.values())))


def _strategy(workload: Workload, storage: Mapping[tuple[str, str], StoragePlan]) -> str:
    """Decide how a new version takes over.

    If it holds a card or a port of the host, the old pod has to stop first: in a rolling update the new pod would wait
    for ever for what the old one holds. The same with storage for one writer: on one host two pods would write at once.
    """
    stores = (storage.get((workload.namespace, store)) for store in stores_of(workload))
    one_writer = any(store is not None and store.access == "ReadWriteOnce" for store in stores)
    holds = workload.gpu is not None or workload.expose.host_port is not None or one_writer
    return "Recreate" if holds else "RollingUpdate"


def _digest(files: Mapping[str, str]) -> str:
    """Digest of a workload's files, for an annotation: pods are replaced when a file changes."""
    text = "\0".join(f"{key}\0{content}" for key, content in sorted(files.items()))
    return digest(text)
