"""Keys of the fleet file for Kueue."""

from __future__ import annotations

from pydantic import Field

from pyfleet.model.base import Model
from pyfleet.model.charts import PlatformChart
from pyfleet.offers.settings import Settings


class Kueue(PlatformChart):
    """Kueue: jobs wait in queues until the cards that they need are free."""


class Queueing(Model):
    """What holds jobs back until there is room."""

    kueue: Kueue = Field(description="Kueue. Queues are made from the workloads' `queue`, quotas from the hosts.")


QUEUEING = Settings[Queueing | None]("queueing", Queueing | None, None, "What holds jobs back.")
