"""Canaries: real requests, on a schedule, to what always runs, and alerts when they fail."""

from __future__ import annotations

from pyfleet.checks.registry import checks_of
from pyfleet.offers.part import Part
from pyfleet.parts.canaries import checks
from pyfleet.parts.canaries.objects import entry_objects
from pyfleet.parts.canaries.rules import panels, rules

part = Part(name="canaries", checks=checks_of(checks), entry_objects=entry_objects, rules=rules, panels=panels)
