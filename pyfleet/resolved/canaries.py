"""Canaries: which workloads and services have one, and which model it names."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pyfleet.model.workloads import Discovery, Workload
from pyfleet.resolved.kinds import SERVING

if TYPE_CHECKING:
    from pyfleet.model.watching import Canary
    from pyfleet.resolved import Resolved

MODEL = "{model}"
"""Placeholder in a canary for the model's name."""


def canary_of(workload: Workload, resolved: Resolved) -> Canary | None:
    """Find a workload's canary: its own, or that of its engine if the model's name is known."""
    if workload.canary is not None:
        return workload.canary
    engine = resolved.engine_of(workload)
    if engine.canary is None or not names_model(engine.canary):
        return engine.canary
    # An engine that isn't given the model's id has its own name for it: Ollama's names are not those of Hugging Face.
    given = engine.model_flag or engine.model_env
    announced = workload.discovery is not None and workload.discovery.models
    return engine.canary if announced or (given and workload.model) else None


def runs_always(workload: Workload) -> bool:
    """Whether a workload serves, and never has zero replicas: a canary would wake it then, or fail."""
    asleep = workload.replicas == 0 or (workload.autoscale is not None and workload.autoscale.min_replicas == 0)
    return workload.kind in SERVING and not asleep


def names_model(canary: Canary) -> bool:
    """Whether the canary has a placeholder for the model's name."""
    return MODEL in json.dumps([canary.path, canary.json_body, canary.form, canary.headers])


def model_of(spec: Workload | Discovery) -> str | None:
    """Name the model that a workload or an outside service serves: the first of its `discovery`, else its `model`."""
    discovery = spec if isinstance(spec, Discovery) else spec.discovery
    if discovery is not None and discovery.models:
        return discovery.models[0]
    return spec.model.id if isinstance(spec, Workload) and spec.model is not None else None
