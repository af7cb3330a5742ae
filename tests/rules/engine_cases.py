"""Stories of one engine: when its alerts fire, and when they must not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfleet.promql import pascal
from tests.rules.promtool import Case, rising, steady

if TYPE_CHECKING:
    from pyfleet.resolved.metrics import EngineMetrics

POD = 'namespace="ai",pod="served-1",service="served"'
READY = 'kube_deployment_status_replicas_ready{namespace="ai",deployment="served"}'


def engine_cases(engine: str, metrics: EngineMetrics) -> list[Case]:
    """Make the cases of an engine, with the names that it gives its metrics."""
    wedged, draining, gone, uncounted = (
        pascal(engine) + what for what in ("Wedged", "QueueNotDraining", "MetricsAbsent", "CountersAbsent")
    )
    progress = (wedged, draining)

    def exposed(*, running: str, waiting: str, counters: str | None, pod: str = POD) -> dict[str, str]:
        values = {"running": running, "waiting": waiting}
        series = {f"{metrics.gauges[name]}{{{pod}}}": values[name] for name in values if name in metrics.gauges}
        moving = {f"{metric}{{{pod}}}": counters for metric in metrics.counters.values()} if counters else {}
        return {**series, **moving}

    busy = {"running": steady(1, 90), "waiting": steady(3, 90)}
    frozen = exposed(**busy, counters=steady(5, 90))
    moving = exposed(**busy, counters=rising(90))
    idle = exposed(running=steady(0, 90), waiting=steady(0, 90), counters=steady(5, 90))
    cases = [
        Case("three days healthy, and the queue only grows", frozen, {wedged: 1, draining: 1}),
        Case("it hung with its very first request", exposed(**busy, counters=None), {wedged: 1, draining: 1}),
        Case(
            "it works, then hangs",
            exposed(**busy, counters=f"{rising(10)} {steady(20, 20)}"),
            {wedged: 1, draining: 1},
            at="30m",
        ),
        Case(
            "it has hung for a minute only",
            exposed(**busy, counters=f"{rising(15)} {steady(30, 2)}"),
            {},
            progress,
            "16m",
        ),
        Case("it works", moving, {}, (*progress, uncounted), "80m"),
        Case("it has nothing to do", idle, {}, (*progress, uncounted), "80m"),
        Case(
            "it was never asked for anything",
            exposed(running=steady(0, 90), waiting=steady(0, 90), counters=None),
            {},
            (*progress, uncounted),
            "80m",
        ),
        Case(
            "a long prompt: a step every four minutes",
            {
                **exposed(running=steady(1, 40), waiting=steady(0, 40), counters=steady(5, 40)),
                f"{metrics.heartbeat}{{{POD}}}": " ".join(steady(step, 4).replace("x8", "x7") for step in range(10)),
            },
            {},
            (wedged,),
            "35m",
        ),
        Case(
            "its pod was made anew, and works",
            {
                **exposed(
                    running=f"{steady(1, 10)} stale", waiting=f"{steady(1, 10)} stale", counters=f"{rising(10)} stale"
                ),
                **exposed(
                    running=f"_x24 {steady(1, 20)}",
                    waiting=f"_x24 {steady(1, 20)}",
                    counters=f"_x24 {rising(20)}",
                    pod=POD.replace("served-1", "served-2"),
                ),
            },
            {},
            progress,
            "25m",
        ),
        Case(
            "it starts anew in its pod, and its counters from nothing",
            exposed(**busy, counters=f"{rising(10, start=500)} {rising(20)}"),
            {},
            progress,
            "22m",
        ),
        Case("ready, and silent", {READY: steady(1, 30)}, {gone: 1}),
        Case("ready for a moment, and silent", {READY: steady(1, 30)}, {}, (gone,), "5m"),
        Case("scaled down to none", {READY: steady(0, 30)}, {}, (gone,)),
        Case("ready, and it exposes them", {READY: steady(1, 30), **idle}, {}, (gone,)),
        Case("of two ready, one exposes them", {READY: steady(2, 30), **idle}, {gone: 1}),
        Case(
            "it worked for an hour, and counted nothing",
            exposed(**busy, counters=None),
            {uncounted: 1},
            at="80m",
        ),
        Case(
            "it worked without counting, and is gone",
            exposed(running=f"{steady(1, 20)} stale", waiting=f"{steady(1, 20)} stale", counters=None),
            {},
            (uncounted,),
            "70m",
        ),
    ]
    second = POD.replace("served-1", "served-2")
    once = exposed(running=f"{steady(1, 5)} {steady(0, 200)}", waiting=steady(0, 205), counters=None)
    cases += [
        Case(
            "one pod counts, the other doesn't",
            {**moving, **exposed(**busy, counters=None, pod=second)},
            {uncounted: 1},
            at="80m",
        ),
        Case(
            "one pod works, the other hangs",
            {**moving, **exposed(**busy, counters=steady(5, 90), pod=second)},
            {wedged: 1},
        ),
        Case("one request an hour ago, which was never counted", once, {uncounted: 1}, at="45m"),
        Case("one request this morning, and none since", once, {}, (uncounted, *progress), at="190m"),
        Case(
            "a pod that started five minutes ago has a queue",
            exposed(running=f"_x30 {steady(1, 10)}", waiting=f"_x30 {steady(9, 10)}", counters=f"_x30 {steady(0, 10)}"),
            {},
            (draining,),
        ),
        Case(
            "nobody waited, six minutes ago",
            exposed(
                running=steady(1, 30), waiting=f"{steady(2, 12)} {steady(0, 2)} {steady(2, 16)}", counters=steady(5, 30)
            ),
            {},
            (draining,),
        ),
    ]
    for name, metric in metrics.gauges.items():
        if metric in metrics.work:
            without = {series: values for series, values in idle.items() if not series.startswith(f"{metric}{{")}
            cases.append(Case(f"ready, and it doesn't expose {name}", {READY: steady(1, 30), **without}, {gone: 1}))
    for name, metric in metrics.counters.items():
        if metric in (metrics.heartbeat, metrics.outcome):
            without = {series: values for series, values in moving.items() if not series.startswith(f"{metric}{{")}
            cases.append(Case(f"it works, and doesn't count {name}", without, {uncounted: 1}, at="80m"))
    if metrics.heartbeat != metrics.outcome:
        stuck = {**moving, f"{metrics.outcome}{{{POD}}}": steady(5, 90)}
        cases.append(Case("it computes, and nothing is finished", stuck, {draining: 1}, (wedged,)))
        short = {**stuck, f"{metrics.gauges['waiting']}{{{POD}}}": f"{steady(0, 14)} {steady(2, 20)}"}
        cases.append(Case("nothing was finished for a while, and some wait just now", short, {}, (draining,)))
    return cases
