"""F6xx: how workloads are watched: alerts on their metrics, and canaries."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pyfleet.checks.registry import Finding, Path, check
from pyfleet.resolved import SERVING
from pyfleet.resolved.canaries import MODEL, canary_of, model_of, names_model, runs_always
from pyfleet.resolved.metrics import metrics_of_workload

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.model.watching import Canary
    from pyfleet.resolved import Resolved


@check("F617")
def alert_on_a_metric_that_is_not_there(resolved: Resolved) -> Iterator[Finding]:
    """An alert on a metric that the workload's engine doesn't have.

    Prometheus accepts such an alert, and it never fires: a missing metric looks as if all were well. Engines differ
    (llama.cpp counts no finished requests, Ollama exposes no metrics at all), and jobs and workloads without a port are
    not scraped.
    """
    for name, workload in resolved.fleet.workloads.items():
        metrics = metrics_of_workload(workload, resolved)
        known = [*metrics.gauges, *metrics.counters]
        for alert, spec in workload.alerts.items():
            if spec.metric not in known:
                whose = "its engine" if workload.engine == "generic" else workload.engine
                yield Finding(
                    ("workloads", name, "alerts", alert, "metric"),
                    f"{whose} has no metric `{spec.metric}`" if known else f"{name} exposes no metrics",
                    f"it has {_listed(known)}" if known else "set a `canary` instead: a real request on a schedule",
                )


@check("F618", "warning")
def nothing_shows_that_work_comes_out(resolved: Resolved) -> Iterator[Finding]:
    """A GPU workload for which nothing shows whether work comes out.

    TRELLIS was healthy for three days, and finished nothing: its health check only shows that a process lives. Engines
    that count their work are watched by these counters. Others need a canary: a real request on a schedule, the
    smallest that goes all the way, up to saving the result.
    """
    if not resolved.offers.metrics:
        return
    for name, workload in resolved.fleet.workloads.items():
        engine = resolved.engine_of(workload)
        if workload.gpu is None or not runs_always(workload):
            continue
        if metrics_of_workload(workload, resolved).show_progress or canary_of(workload, resolved) is not None:
            continue
        if engine.canary is not None:
            body = json.dumps(engine.canary.json_body).replace(MODEL, "NAME")
            hint = (
                f"add its canary, with a model that it serves: `canary: {{path: {engine.canary.path}, json: {body}}}`"
            )
        elif resolved.ports_of(workload):
            hint = "add the smallest request that makes it work: `canary: {path: /generate, json: {prompt: a chair}}`"
        else:
            hint = "set the `ports` it serves on, and as its `canary` the smallest request that makes it work"
        yield Finding(("workloads", name), f"nothing shows whether work comes out of {name}", hint, at_key=True)


@check("F619")
def canary_that_asks_nobody(resolved: Resolved) -> Iterator[Finding]:
    """A canary that can't be sent.

    It needs a port of the workload to send to, and a job serves no requests. `{model}` is filled in from the workload's
    `model` or the `models` of its `discovery`, so one of them has to be set.
    """
    for name, workload in resolved.fleet.workloads.items():
        canary = workload.canary
        if canary is None:
            continue
        path: Path = ("workloads", name, "canary")
        ports = resolved.ports_of(workload)
        if workload.kind not in SERVING:
            yield Finding(path, f"{name} is a {workload.kind}, which serves no requests", "remove it", at_key=True)
        elif not ports:
            yield Finding(
                path, f"{name} has no port to send to", "set the one it serves on: `ports: {http: 8000}`", at_key=True
            )
        elif canary.port is not None and canary.port not in ports:
            yield Finding((*path, "port"), f"{name} has no port {canary.port}", f"it has {_listed(list(ports))}")
        yield from _of_any(path, canary, model_of(workload))
    for name, service in resolved.fleet.services.items():
        if service.canary is not None:
            path = ("services", name, "canary")
            if service.canary.port is not None:
                yield Finding((*path, "port"), f"{name} has one port, without a name", "remove it")
            yield from _of_any(path, service.canary, model_of(service))


@check("F620", "warning")
def watched_by_nobody(resolved: Resolved) -> Iterator[Finding]:
    """Alerts or a canary in a fleet without monitoring.

    Nothing evaluates the alerts, and nobody learns that a canary failed, so neither is rendered.
    """
    fleet = resolved.fleet
    if resolved.offers.metrics:
        return
    unused: list[Path] = []
    for name, workload in fleet.workloads.items():
        unused += [("workloads", name, "alerts")] if workload.alerts else []
        unused += [("workloads", name, "canary")] if workload.canary else []
    unused += [("services", name, "canary") for name, service in fleet.services.items() if service.canary]
    for path in unused:
        does = "do" if path[-1] == "alerts" else "does"
        yield Finding(
            path,
            f"the fleet has no monitoring, so `{path[-1]}` of {path[1]} {does} nothing",
            "add `platform: {monitoring: {prometheus: {}}}`, or `victoriaMetrics` for small hosts",
            at_key=True,
        )


def _of_any(path: Path, canary: Canary, model: str | None) -> Iterator[Finding]:
    """Check what canaries of workloads and of services outside have in common."""
    if names_model(canary) and model is None:
        yield Finding(
            path,
            f"{path[1]} names no model to put in place of `{MODEL}`",
            "write the model's name there",
            at_key=True,
        )


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
