"""NVIDIA's device plugin: the cards as resources of the nodes, whole or shared."""

from __future__ import annotations

from pyfleet.checks.registry import checks_of
from pyfleet.offers.part import Part
from pyfleet.parts.device_plugin import checks
from pyfleet.parts.device_plugin.model import VERSION
from pyfleet.parts.device_plugin.objects import apps, pods

part = Part(name="device_plugin", settings=(VERSION,), checks=checks_of(checks), apps=apps, pods=pods)
