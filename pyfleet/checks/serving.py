"""F3xx: what Services announce."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.checks.registry import Finding, check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.resolved import Resolved


@check("F322")
def discovery_that_nobody_finds(resolved: Resolved) -> Iterator[Finding]:
    """`discovery` in a fleet that doesn't say the prefix of the keys, or of a workload that has no Service.

    What a service is gets written on its Service, as labels and annotations. Without a prefix they have no names.
    """
    fleet = resolved.fleet
    hint = "say `discovery: {prefix: example.com}` at the top of the file"
    for name, workload in fleet.workloads.items():
        if workload.discovery is None:
            continue
        place = ("workloads", name, "discovery")
        if fleet.discovery is None:
            yield Finding(place, "the fleet doesn't say the prefix of discovery's keys", hint, at_key=True)
        if not resolved.ports_of(workload):
            message = f"{name} has no port, so it has no Service to write this on"
            yield Finding(place, message, "say `ports: {http: 8080}`", at_key=True)
    for name, service in fleet.services.items():
        announced = service.model_fields_set & {"type", "engine", "models", "base_path", "api_key_secret"}
        if announced and fleet.discovery is None:
            message = f"{name} announces what it is, but the fleet doesn't say the prefix of discovery's keys"
            yield Finding(("services", name), message, hint, at_key=True)
