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
    """What it is about, where the expression's own labels don't show it."""


@dataclass(frozen=True, slots=True)
class RuleGroup:
    """Alerts that belong together."""

    name: str
    alerts: tuple[AlertRule, ...]
    interval: int = 30
    """Seconds between two evaluations."""
    entry: tuple[str, str, str] | None = None
    """Folder, name and namespace of the one entry that all of it is about, and in whose folder it stands.

    Of hundreds of workloads one object would be more than Prometheus' operator takes, which is half a megabyte.
    """
