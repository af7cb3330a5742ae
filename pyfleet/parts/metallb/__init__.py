"""MetalLB: addresses in the LAN for Services, in place of k3s' ServiceLB."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyfleet.checks.registry import checks_of
from pyfleet.offers.charts import NeededChart
from pyfleet.offers.offers import Offers
from pyfleet.offers.part import Part
from pyfleet.parts.metallb import checks
from pyfleet.parts.metallb.model import LOAD_BALANCING
from pyfleet.parts.metallb.objects import CHART, apps
from pyfleet.resolved.taints import everywhere

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.resolved import Resolved

ADDRESS_ANNOTATION = "metallb.io/loadBalancerIPs"
MEMBERLIST = 7946
"""Port where MetalLB's speakers learn which of them are alive, to agree on who answers for an address."""

OF_SPEAKERS = (9120, 17472)
"""Ports of the speakers' metrics and health, as the chart sets them."""


def _offers(resolved: Resolved) -> Offers:
    speakers = dict.fromkeys((MEMBERLIST, *OF_SPEAKERS), "MetalLB's speaker")
    if LOAD_BALANCING.of(resolved.fleet) is None:
        return Offers(host_network=speakers if checks.is_by_hand(resolved.fleet) else {})
    return Offers(
        address_annotation=ADDRESS_ANNOTATION,
        host_network=speakers,
        # Both would answer for the same Services.
        disabled=("servicelb",),
        between_hosts=(("tcp", MEMBERLIST), ("udp", MEMBERLIST)),
    )


def _charts(resolved: Resolved) -> Iterator[NeededChart]:
    """Return the chart, without what only BGP needs."""
    balancing = LOAD_BALANCING.of(resolved.fleet)
    if balancing:
        speaker: dict[str, Any] = {"frr": {"enabled": False}}
        if tolerations := everywhere(resolved):
            speaker["tolerations"] = tolerations  # a host without a speaker answers for no address
        values = {"frrk8s": {"enabled": False}, "speaker": speaker}
        yield NeededChart(CHART, values, balancing.metallb)


part = Part(
    name="metallb",
    catalog=Path(__file__).with_name("charts.yaml"),
    settings=(LOAD_BALANCING,),
    checks=checks_of(checks),
    offers=_offers,
    charts=_charts,
    apps=apps,
)
