"""kube-vip: the servers' shared address, moved by pods on the servers."""

from __future__ import annotations

from pyfleet.offers.part import Part
from pyfleet.parts.kube_vip.objects import kube_vip_objects, pods

part = Part(name="kube_vip", pods=pods, bootstrap=kube_vip_objects)
