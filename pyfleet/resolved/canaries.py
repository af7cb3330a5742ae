"""Canaries: which workloads and services have one, and the model that it asks for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pyfleet.model.workloads import Discovery, Workload
from pyfleet.resolved.kinds import SERVING

if TYPE_CHECKING:
    from pyfleet.model.watching import Canary
    from pyfleet.resolved import Resolved

MODEL = "{model}"
"""Stands in a canary for the model's name."""


def canary_of(workload: Workload, resolved: Resolved) -> Canary | None:
    """Find a workload's canary: its own, or its engine's if that can be filled in."""
    if workload.canary is not None:
        return workload.canary
    engine = resolved.engine_of(workload)
    if engine.canary is None or not names_model(engine.canary):
        return engine.canary
    # An engine that isn't given the model's id has a name of its own for it: Ollama's are none of Hugging Face's.
    given = engine.model_flag or engine.model_env
    announced = workload.discovery is not None and workload.discovery.models
    return engine.canary if announced or (given and workload.model) else None


def runs_always(workload: Workload) -> bool:
    """Whether something answers at any time: a canary would wake what sleeps, or fail because it does."""
    asleep = workload.replicas == 0 or (workload.autoscale is not None and workload.autoscale.min_replicas == 0)
    return workload.kind in SERVING and not asleep


def names_model(canary: Canary) -> bool:
    """Whether the model's name is to be filled in."""
    return MODEL in json.dumps([canary.path, canary.json_body, canary.form, canary.headers])


def model_of(spec: Workload | Discovery) -> str | None:
    """Name the model that a workload or a service outside serves: as callers know it, where the fleet file has that."""
    discovery = spec if isinstance(spec, Discovery) else spec.discovery
    if discovery is not None and discovery.models:
        return discovery.models[0]
    return spec.model.id if isinstance(spec, Workload) and spec.model is not None else None
