"""Monitoring: what is scraped, shown and alerted on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["critical", "warning"]


@dataclass(frozen=True, slots=True)
class ScrapePlan:
    """A Service whose pods tell figures."""

    name: str
    namespace: str
    labels: dict[str, str]
    """Labels that the Service has."""
    port: str
    """Name of the Service's port."""
    path: str
    key: tuple[str, str] | None = None
    """Secret and key of the bearer token that it asks for."""


@dataclass(frozen=True, slots=True)
class AlertPlan:
    """An alert; `expr` is PromQL, `seconds` how long it has to hold."""

    name: str
    expr: str
    seconds: int
    severity: Severity
    summary: str
    description: str
    labels: dict[str, str] = field(default_factory=dict)
    """What it is about, where the expression's own labels don't tell."""


@dataclass(frozen=True, slots=True)
class RuleGroupPlan:
    """Alerts that belong together."""

    name: str
    alerts: tuple[AlertPlan, ...]
    interval: int = 30
    """Seconds between two looks."""
    entry: tuple[str, str, str] | None = None
    """Folder, name and namespace of the one entry that all of it is about, and in whose folder it stands.

    Of hundreds of workloads one object would be more than Prometheus' operator takes, which is half a megabyte.
    """


@dataclass(frozen=True, slots=True)
class PanelPlan:
    """A graph: PromQL and legend of each line."""

    title: str
    unit: str
    """Grafana's name of it: `short`, `percentunit`, `bytes`, `celsius`, `watt`, `s`."""
    queries: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class DashboardPlan:
    """A Grafana dashboard."""

    name: str
    uid: str
    title: str
    panels: tuple[PanelPlan, ...]


@dataclass(frozen=True, slots=True)
class DcgmFieldPlan:
    """A figure that NVIDIA's exporter is asked for."""

    name: str
    type: str
    help: str


@dataclass(frozen=True, slots=True)
class DcgmExporterPlan:
    """A DaemonSet of NVIDIA's exporter, on hosts whose cards report the same fields under the same runtime."""

    name: str
    image: str
    runtime_class: str | None
    """Without one it claims all cards by DRA, beside those who use them."""
    hosts: tuple[str, ...]
    fields: tuple[DcgmFieldPlan, ...]
    profiling: bool
    """Some of the fields are those of the profiler, which needs a capability."""
    shared: bool
    """Cards of these hosts are shared, so pods are told apart by the plugin's virtual devices."""


@dataclass(frozen=True, slots=True)
class DcgmOperatorPlan:
    """What the exporter that the GPU operator runs is asked for."""

    namespace: str
    """The operator's."""
    fields: tuple[DcgmFieldPlan, ...]


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file that a canary sends as a field of its form."""

    field: str
    name: str
    """The file's name, as the server is told."""
    key: str
    """Its key in the canary's ConfigMap."""
    content: bytes


@dataclass(frozen=True, slots=True)
class CanaryPlan:
    """A CronJob that sends one real request."""

    name: str
    workload: str
    namespace: str
    folder: str
    """`workloads` or `services`: where what it asks stands."""
    url: str
    body: str | None
    form: tuple[tuple[str, str], ...]
    files: tuple[SentFile, ...]
    headers: tuple[tuple[str, str], ...]
    api_key: tuple[str, str] | None
    schedule: str
    timeout: int
    deadline: int
    """Seconds after which it is ended: its image has to be pulled too."""
    period: int
    """The longest time between two requests."""
    image: str


@dataclass(frozen=True, slots=True)
class MonitoringPlan:
    """Everything about monitoring but the charts' values."""

    kind: Literal["prometheus", "victoria-metrics"]
    namespace: str
    scrapes: tuple[ScrapePlan, ...]
    dcgm: tuple[DcgmExporterPlan, ...]
    dcgm_operator: DcgmOperatorPlan | None
    """Where the fleet has the GPU operator, which runs an exporter itself."""
    rules: tuple[RuleGroupPlan, ...]
    dashboards: tuple[DashboardPlan, ...]
    canaries: tuple[CanaryPlan, ...]
