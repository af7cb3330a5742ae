"""Alerts on hosts, cards, engines and workloads, and on the metrics that they read."""

from __future__ import annotations

from pyfleet.offers.part import Part
from pyfleet.parts.alerts.rules import apps, entry_objects

part = Part(name="alerts", apps=apps, entry_objects=entry_objects)
