"""Grafana's dashboards."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Panel:
    """A graph: PromQL and legend of each line."""

    title: str
    unit: str
    """Grafana's name of it: `short`, `percentunit`, `bytes`, `celsius`, `watt`, `s`."""
    queries: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Dashboard:
    """A Grafana dashboard."""

    name: str
    uid: str
    title: str
    panels: tuple[Panel, ...]
