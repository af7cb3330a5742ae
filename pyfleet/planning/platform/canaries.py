"""Decide the canaries: real requests, now and then, to what has no figures of its own.

TRELLIS was healthy for three days and finished nothing; ACE-Step computed and failed at every save. Only a request that
goes all the way through tells either.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pyfleet.model.secrets import secret_and_key
from pyfleet.model.workloads import Discovery, Workload
from pyfleet.planning.platform.cron import longest_pause
from pyfleet.planning.types.monitoring import CanaryPlan, SentFile
from pyfleet.planning.volumes import file_keys
from pyfleet.resolved import SERVING
from pyfleet.units import seconds_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.model.services import ExternalService
    from pyfleet.model.watching import Canary
    from pyfleet.planning.types.workloads import WorkloadPlan
    from pyfleet.resolved import Resolved

CURL_IMAGE = "curlimages/curl:8.21.0"
"""For amd64 and arm64, among others."""
MODEL = "{model}"
"""Stands in a canary for the model's name."""
LONGEST_NAME = 52
"""Of a CronJob: Kubernetes adds eleven characters for each of its Jobs."""
PULL = 300
"""Seconds granted for a small image."""
ODD_PERIOD = 24 * 3600
"""Taken for schedules that make no sense; checks report those."""


def canary_plans(resolved: Resolved, workloads: tuple[WorkloadPlan, ...]) -> tuple[CanaryPlan, ...]:
    """Decide all canaries of a fleet that is monitored: workloads' first, then those of services outside."""
    return (*_of_workloads(resolved, workloads), *_of_services(resolved))


def canary_of(workload: Workload, resolved: Resolved) -> Canary | None:
    """Find a workload's canary: its own, or its engine's if that can be filled in."""
    if workload.canary is not None:
        return workload.canary
    engine = resolved.engine_of(workload)
    if engine.canary is None or not names_model(engine.canary):
        return engine.canary
    # An engine that isn't told the model's id has a name of its own for it: Ollama's are none of Hugging Face's.
    told = engine.model_flag or engine.model_env
    announced = workload.discovery is not None and workload.discovery.models
    return engine.canary if announced or (told and workload.model) else None


def runs_always(workload: Workload) -> bool:
    """Whether something answers at any time: a canary would wake what sleeps, or fail because it does."""
    asleep = workload.replicas == 0 or (workload.autoscale is not None and workload.autoscale.min_replicas == 0)
    return workload.kind in SERVING and not asleep


def names_model(canary: Canary) -> bool:
    """Whether the model's name is to be filled in."""
    return MODEL in json.dumps([canary.path, canary.json_body, canary.form, canary.headers])


def model_of(said: Workload | Discovery) -> str | None:
    """Name the model that a workload or a service outside serves: as callers know it, where the fleet says that."""
    discovery = said if isinstance(said, Discovery) else said.discovery
    if discovery is not None and discovery.models:
        return discovery.models[0]
    return said.model.id if isinstance(said, Workload) and said.model is not None else None


def _of_workloads(resolved: Resolved, workloads: tuple[WorkloadPlan, ...]) -> Iterator[CanaryPlan]:
    for plan in workloads:
        workload = resolved.fleet.workloads[plan.name]
        canary = canary_of(workload, resolved)
        if canary is None or not runs_always(workload):
            continue
        port = next((port for port in plan.ports if canary.port in (None, port.name)), None)
        if port is not None:
            place = (plan.name, plan.namespace, "workloads", port.service_port)
            yield _plan(resolved, canary, place, model_of(workload))


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
        period=_period(canary.schedule),
        image=CURL_IMAGE,
    )


def canary_name(workload: str) -> str:
    """Name the CronJob of a workload's canary."""
    return f"{workload[: LONGEST_NAME - len('-canary')].rstrip('-')}-canary"


def _files(resolved: Resolved, canary: Canary) -> tuple[SentFile, ...]:
    paths = dict.fromkeys(canary.files.values(), "")
    keys = dict(zip(paths, file_keys(paths), strict=True))
    contents = resolved.fleet.sent_files
    return tuple(
        SentFile(field, path.rpartition("/")[2], keys[path], contents.get(path, b""))
        for field, path in canary.files.items()
    )


def _period(schedule: str) -> int:
    try:
        return longest_pause(schedule)
    except ValueError:
        return ODD_PERIOD


def _filled(value: Any, model: str | None) -> Any:
    """Put the model's name in its place, however deep that is."""
    if isinstance(value, str):
        return value.replace(MODEL, model) if model is not None else value
    if isinstance(value, dict):
        return {key: _filled(each, model) for key, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, model) for each in value]
    return value
