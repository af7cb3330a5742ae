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

# Keys under `platform` that several parts share: the model of their own keys, whether they are always present, and
# their description.
GROUPS: dict[str, tuple[type[Model], bool, str]] = {
    "gpu": (GpuPlatform, True, "How GPUs are given to pods."),
    "secrets": (Secrets, False, "Who provides the Secrets that anything names."),
}


@cache
def fleet_model(parts: tuple[Part, ...]) -> type[Fleet]:
    """Make the model of fleet files that may use these parts."""
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
    return _extended(Fleet, {"platform": _field(platform, platform(), "Parts of the platform around the workloads.")})


def _field(annotation: Any, default: Any, description: str) -> Any:
    return (annotation, Field(default, description=description))


def _extended(base: type[Any], fields: dict[str, Any]) -> type[Any]:
    """Add fields to a model and keep its name, which the schema and messages show."""
    return create_model(base.__name__, __base__=base, __doc__=base.__doc__, __module__=base.__module__, **fields)
