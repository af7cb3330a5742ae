"""Metrics that engines expose about the requests they work on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyfleet.model.catalog import Engine, MetricNames
    from pyfleet.model.workloads import Workload
    from pyfleet.resolved import Resolved

GAUGES = {"running": "running", "waiting": "waiting", "kvCacheUsage": "kv_cache_usage"}
COUNTERS = {"iterations": "iterations", "finished": "finished", "generatedTokens": "generated_tokens"}


@dataclass(frozen=True, slots=True)
class EngineMetrics:
    """The names that an engine gives its metrics, by the names that the fleet file has for them."""

    gauges: dict[str, str]
    counters: dict[str, str]

    @property
    def work(self) -> list[str]:
        """Gauges of requests: running, waiting."""
        return [self.gauges[name] for name in ("running", "waiting") if name in self.gauges]

    @property
    def heartbeat(self) -> str | None:
        """The counter that moves most often."""
        names = ("iterations", "generatedTokens", "finished")
        return next((self.counters[name] for name in names if name in self.counters), None)

    @property
    def outcome(self) -> str | None:
        """The counter that moves when a request is done."""
        return self.counters.get("finished") or self.counters.get("generatedTokens")

    @property
    def show_progress(self) -> bool:
        """Whether they show both that there is work and that it progresses."""
        return bool(self.work and self.heartbeat)


def metrics_of_workload(workload: Workload, resolved: Resolved) -> EngineMetrics:
    """Find the metrics that Prometheus scrapes from a workload."""
    exposed = resolved.metrics_of(workload)
    return metrics_of_engine(resolved.engine_of(workload)) if exposed else EngineMetrics({}, {})


def metrics_of_engine(engine: Engine) -> EngineMetrics:
    """Find the metrics that an engine has."""
    names: MetricNames = engine.metric_names
    return EngineMetrics(
        *(
            {name: metric for name, field in fields.items() if (metric := getattr(names, field))}
            for fields in (GAUGES, COUNTERS)
        )
    )
