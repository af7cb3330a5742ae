"""NVIDIA's exporter of GPU metrics, and the dashboard of what it reports."""

from __future__ import annotations

from pyfleet.offers.part import Part
from pyfleet.parts.dcgm.dashboard import dashboards
from pyfleet.parts.dcgm.objects import apps, marks, pods

part = Part(name="dcgm", apps=apps, pods=pods, marks=marks, dashboards=dashboards)
