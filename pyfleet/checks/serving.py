"""F3xx: what Services announce."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.checks.registry import Finding, check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.resolved import Resolved


@check("F322")
def discovery_that_nobody_finds(resolved: Resolved) -> Iterator[Finding]:
    """`discovery` in a fleet without a prefix for its keys, or of a workload without a Service.

    What a workload announces is written on its Service, as labels and annotations. Their keys need a prefix.
    """
    fleet = resolved.fleet
    hint = "set `discovery: {prefix: example.com}` at the top of the file"
    for name, workload in fleet.workloads.items():
        if workload.discovery is None:
            continue
        place = ("workloads", name, "discovery")
        if fleet.discovery is None:
            yield Finding(place, "the fleet has no prefix for the keys of `discovery`", hint, at_key=True)
        if not resolved.ports_of(workload):
            message = f"{name} has no port, so it has no Service to write this on"
            yield Finding(place, message, "set `ports: {http: 8080}`", at_key=True)
    for name, service in fleet.services.items():
        announced = service.model_fields_set & {"type", "engine", "models", "base_path", "api_key_secret"}
        if announced and fleet.discovery is None:
            message = f"{name} has `discovery`, but the fleet has no prefix for its keys"
            yield Finding(("services", name), message, hint, at_key=True)
