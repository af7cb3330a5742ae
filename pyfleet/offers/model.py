"""The model of a whole fleet file: the core, with the keys that parts bring under `platform`."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import Field, create_model

from pyfleet.model.fleet import Fleet
from pyfleet.model.platform import GpuPlatform, Platform, Secrets

if TYPE_CHECKING:
    from pyfleet.model.base import Model
    from pyfleet.offers.part import Part

# Keys under `platform` that several parts share: what they have beside the parts' keys, whether they are always there,
# and what they are about.
GROUPS: dict[str, tuple[type[Model], bool, str]] = {
    "gpu": (GpuPlatform, True, "How GPUs are given to pods."),
    "secrets": (Secrets, False, "Who provides the Secrets that are named."),
}


@cache
def fleet_model(parts: tuple[Part, ...]) -> type[Fleet]:
    """Make the model of fleet files in which these parts can be asked for."""
    fields: dict[str, Any] = {}
    grouped: dict[str, dict[str, Any]] = defaultdict(dict)
    for settings in (each for part in parts for each in part.settings):
        group, dot, name = settings.name.rpartition(".")
        if dot:
            fields.setdefault(group, None)
            grouped[group][name] = _field(settings.type, settings.default, settings.description)
        else:
            fields[name] = _field(settings.type, settings.default, settings.description)
    for group, inside in grouped.items():
        base, always, description = GROUPS[group]
        model = _extended(base, inside)
        fields[group] = _field(model, model(), description) if always else _field(model | None, None, description)
    platform = _extended(Platform, fields)
    return _extended(Fleet, {"platform": _field(platform, platform(), "What runs for the workloads' sake.")})


def _field(annotation: Any, default: Any, description: str) -> Any:
    return (annotation, Field(default, description=description))


def _extended(base: type[Any], fields: dict[str, Any]) -> type[Any]:
    """Add fields to a model under its own name, so that the schema and messages know it by that."""
    return create_model(base.__name__, __base__=base, __doc__=base.__doc__, __module__=base.__module__, **fields)
