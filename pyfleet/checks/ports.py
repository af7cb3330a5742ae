"""F3xx: ports of workloads, and the probes that ask them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.checks.nearest import nearest
from pyfleet.checks.registry import Finding, check
from pyfleet.resolved import SERVING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pyfleet.checks.registry import Path
    from pyfleet.model.catalog import Engine, Metrics
    from pyfleet.model.watching import Canary
    from pyfleet.model.workloads import Probe, Workload
    from pyfleet.resolved import Resolved

PROBES = ("startup", "readiness", "liveness")


@check("F351")
def ports_of_one_number(resolved: Resolved) -> Iterator[Finding]:
    """Two ports of one workload with the same number: Kubernetes refuses its Service, and applies half of the rest.

    A program listens once on a port, whatever it speaks there. Two names for one port need no second entry: callers
    and probes name the first. `expose.loadBalancer` gives the Service's first port another number, which no other port
    of the Service may have.
    """
    for name, engine in resolved.fleet.engines.items():
        yield from _alike(("engines", name, "ports"), engine.ports)
    for name, workload in resolved.fleet.workloads.items():
        yield from _alike(("workloads", name, "ports"), workload.ports)
        balancer = workload.expose.load_balancer
        others = {number: port for port, number in list(resolved.ports_of(workload).items())[1:]}
        if balancer and balancer.port in others:
            yield Finding(
                ("workloads", name, "expose", "loadBalancer"),
                f"{balancer.port} is also the number of port {others[balancer.port]}, in the same Service",
                "choose another port for one of them",
            )


def _alike(place: Path, ports: Mapping[str, int]) -> Iterator[Finding]:
    first: dict[int, str] = {}
    for name, number in ports.items():
        other = first.setdefault(number, name)
        if other != name:
            message = f"{number} is also the number of port {other}"
            yield Finding((*place, name), message, "remove one of the two: what listens there answers to both names")


@check("F352")
def probe_of_a_port_that_is_not_there(resolved: Resolved) -> Iterator[Finding]:
    """A probe that names a port which the workload doesn't have, or of a workload without any.

    The kubelet looks the name up in the container, doesn't find it, and counts that as a failure: the pod is never
    ready, or is killed again and again. Without a port there are no probes at all. An engine asks for ports by name
    too, and a workload that has others in their place lacks them.
    """
    for name, engine in resolved.fleet.engines.items():
        for place, port in _asked_by(engine):
            if engine.ports and port not in engine.ports:
                yield Finding(
                    ("engines", name, *place, "port"), f"{name} has no port {port}", _hint(port, engine.ports)
                )
    for name, workload in resolved.fleet.workloads.items():
        if workload.kind not in SERVING:
            continue  # F303 reports probes of a job
        ports = resolved.ports_of(workload)
        if not ports and workload.probes.model_fields_set:
            where = ("workloads", name, "probes")
            yield Finding(where, f"{name} has no port to probe", "set `ports: {http: 8080}`", at_key=True)
        elif ports:
            yield from _of_workload(name, workload, resolved.engine_of(workload), ports)


def _asked_by(engine: Engine) -> Iterator[tuple[Path, str]]:
    """Find what an engine asks by the name of a port: its place, and the name."""
    asked: dict[Path, Probe | Metrics | Canary | None] = {
        ("metrics",): engine.metrics,
        ("canary",): engine.canary,
        **{("probes", which): getattr(engine.probes, which) for which in PROBES},
    }
    yield from ((place, each.port) for place, each in asked.items() if each and each.port)


def _of_workload(name: str, workload: Workload, engine: Engine, ports: Mapping[str, int]) -> Iterator[Finding]:
    own = {which: probe for which in PROBES if (probe := getattr(workload.probes, which))}
    for which, probe in own.items():
        if probe.port and probe.port not in ports:
            place = ("workloads", name, "probes", which, "port")
            yield Finding(place, f"{name} has no port {probe.port}", _hint(probe.port, ports))
    # Metrics are asked of the first port then.
    replaced: set[Path] = {("metrics",), *(("probes", which) for which in own)}
    replaced |= {("canary",)} if workload.canary else set()
    if workload.ports:
        asked = (port for place, port in _asked_by(engine) if place not in replaced)
        missing = dict.fromkeys(port for port in asked if port not in ports)
        for port in missing:
            yield Finding(
                ("workloads", name, "ports"),
                f"{name} has no port {port}, which engine {workload.engine} asks",
                f"call one of its ports {port}, or set `probes` and `canary` of its own",
                at_key=True,
            )


def _hint(port: str, ports: Mapping[str, int]) -> str:
    return f"{nearest(port, ports)} Without `port` it is the first" if len(ports) > 1 else "leave `port` out"
