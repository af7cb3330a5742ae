"""Kueue: jobs wait in queues for their cards."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pyfleet.checks.registry import checks_of
from pyfleet.offers.charts import NeededChart
from pyfleet.offers.offers import Offers
from pyfleet.offers.part import Part
from pyfleet.parts.kueue import checks
from pyfleet.parts.kueue.model import QUEUEING
from pyfleet.parts.kueue.objects import apps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.resolved import Resolved

QUEUE_LABEL = "kueue.x-k8s.io/queue-name"


def _offers(resolved: Resolved) -> Offers:
    return Offers(queue_label=QUEUE_LABEL) if QUEUEING.of(resolved.fleet) else Offers()


def _charts(resolved: Resolved) -> Iterator[NeededChart]:
    queueing = QUEUEING.of(resolved.fleet)
    if queueing:
        yield NeededChart("kueue", settings=queueing.kueue)


part = Part(
    name="kueue",
    catalog=Path(__file__).with_name("charts.yaml"),
    settings=(QUEUEING,),
    checks=checks_of(checks),
    offers=_offers,
    charts=_charts,
    apps=apps,
)
