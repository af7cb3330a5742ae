"""Grafana's dashboards of the fleet, its hosts and its engines, and where other parts' are rendered."""

from __future__ import annotations

from pyfleet.offers.part import Part
from pyfleet.parts.dashboards.objects import apps

part = Part(name="dashboards", apps=apps)
