"""Decide the canaries: real requests, on a schedule, to what has no metrics of its own.

TRELLIS was healthy for three days and finished nothing; ACE-Step computed and failed at every save. Only a request that
goes all the way through shows either.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyfleet.cron import longest_pause
from pyfleet.digest import shortened
from pyfleet.model.secrets import secret_and_key
from pyfleet.planning.volumes import file_keys
from pyfleet.resolved.canaries import MODEL, canary_of, model_of, runs_always
from pyfleet.units import seconds_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.model.services import ExternalService
    from pyfleet.model.watching import Canary
    from pyfleet.planning.types.whole import Plan
    from pyfleet.planning.types.workloads import WorkloadPlan
    from pyfleet.resolved import Resolved

CURL_IMAGE = "curlimages/curl:8.21.0"
"""Image for amd64 and arm64, among others."""
MEMORY = {"requests": "16Mi", "limits": "64Mi"}
"""Main memory of a canary's pod."""
LONGEST_NAME = 52
"""Longest name of a CronJob: Kubernetes adds eleven characters for each of its Jobs."""
PULL = 300
"""Seconds allowed for pulling a small image."""


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file that a canary sends as a field of its form."""

    field: str
    name: str
    """The file's name, as the server gets it."""
    key: str
    """Its key in the canary's ConfigMap."""
    content: bytes


@dataclass(frozen=True, slots=True)
class CanaryPlan:
    """A CronJob that sends one real request."""

    name: str
    workload: str
    namespace: str
    folder: str
    """`workloads` or `services`: the part of the fleet file that has its target."""
    url: str
    body: str | None
    form: tuple[tuple[str, str], ...]
    files: tuple[SentFile, ...]
    headers: tuple[tuple[str, str], ...]
    api_key: tuple[str, str] | None
    schedule: str
    timeout: int
    deadline: int
    """Seconds after which it is ended: its image has to be pulled too."""
    period: int
    """The longest time between two requests."""
    image: str


def canaries(plan: Plan) -> tuple[CanaryPlan, ...]:
    """Decide all canaries of a fleet with monitoring: of workloads, then of services outside."""
    if not plan.resolved.offers.metrics:
        return ()
    return (*_of_workloads(plan.resolved, plan.workloads), *_of_services(plan.resolved))


def _of_workloads(resolved: Resolved, workloads: tuple[WorkloadPlan, ...]) -> Iterator[CanaryPlan]:
    for workload in workloads:
        canary = canary_of(workload.spec, resolved)
        if canary is None or not runs_always(workload.spec):
            continue
        port = next((port for port in workload.ports if canary.port in (None, port.name)), None)
        if port is not None:
            place = (workload.name, workload.spec.namespace, "workloads", port.service_port)
            yield _plan(resolved, canary, place, model_of(workload.spec))


def _of_services(resolved: Resolved) -> Iterator[CanaryPlan]:
    services: dict[str, ExternalService] = resolved.fleet.services
    for name, service in sorted(services.items()):
        if service.canary is not None:
            place = (name, service.namespace, "services", service.port)
            yield _plan(resolved, service.canary, place, model_of(service))


def _plan(resolved: Resolved, canary: Canary, place: tuple[str, str, str, int], model: str | None) -> CanaryPlan:
    name, namespace, folder, port = place
    timeout = seconds_of(canary.timeout)
    body = None if canary.json_body is None else json.dumps(_filled(canary.json_body, model), ensure_ascii=False)
    return CanaryPlan(
        name=canary_name(name),
        workload=name,
        namespace=namespace,
        folder=folder,
        url=f"http://{name}.{namespace}.svc:{port}{_filled(canary.path, model)}",
        body=body,
        form=tuple((field, _filled(value, model)) for field, value in canary.form.items()),
        files=_files(resolved, canary),
        headers=tuple((header, _filled(value, model)) for header, value in canary.headers.items()),
        api_key=secret_and_key(canary.api_key) if canary.api_key else None,
        schedule=canary.schedule,
        timeout=timeout,
        deadline=timeout + PULL,
        period=longest_pause(canary.schedule),
        image=CURL_IMAGE,
    )


def canary_name(workload: str) -> str:
    """Name the CronJob of a workload's canary."""
    return f"{shortened(workload, LONGEST_NAME - len('-canary'))}-canary"


def _files(resolved: Resolved, canary: Canary) -> tuple[SentFile, ...]:
    paths = dict.fromkeys(canary.files.values(), "")
    keys = dict(zip(paths, file_keys(paths), strict=True))
    contents = resolved.fleet.sent_files
    return tuple(
        SentFile(field, path.rpartition("/")[2], keys[path], contents.get(path, b""))
        for field, path in canary.files.items()
    )


def _filled(value: Any, model: str | None) -> Any:
    """Put the model's name in place of each placeholder, at any depth."""
    if isinstance(value, str):
        return value.replace(MODEL, model) if model is not None else value
    if isinstance(value, dict):
        return {key: _filled(each, model) for key, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, model) for each in value]
    return value
