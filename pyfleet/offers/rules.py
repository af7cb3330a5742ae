"""Alerts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["critical", "warning"]


@dataclass(frozen=True, slots=True)
class AlertRule:
    """An alert; `expr` is PromQL, `seconds` how long it has to hold."""

    name: str
    expr: str
    seconds: int
    severity: Severity
    summary: str
    description: str
    labels: dict[str, str] = field(default_factory=dict)
    """Extra labels that show what it is about, where those of the expression don't."""


@dataclass(frozen=True, slots=True)
class RuleGroup:
    """Alerts that belong together."""

    name: str
    alerts: tuple[AlertRule, ...]
    interval: int = 30
    """Seconds between two evaluations."""
    entry: tuple[str, str, str] | None = None
    """Folder, name and namespace of the entry that the whole group is about; its object goes into that folder.

    One object for hundreds of workloads would exceed the half megabyte that Prometheus' operator accepts.
    """
